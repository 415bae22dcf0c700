namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>How many questions there are of a kind.</summary>
/// <param name="Name">The kind: a language or a category.</param>
/// <param name="Specific">Culturally specific questions.</param>
/// <param name="Agnostic">Culturally agnostic ones, each translation counted.</param>
/// <param name="Answers">Answers to them.</param>
public sealed record CalmqaCounts(string Name, int Specific, int Agnostic, int Answers)
{
    /// <summary>Counts by the language that a file's questions are put in.</summary>
    /// <param name="files">The files.</param>
    public static IReadOnlyList<CalmqaCounts> ByLanguage(IReadOnlyList<CalmqaFile> files) =>
        Count(files.SelectMany(file => file.Entries.Select(entry => (LanguageOf(file, entry), entry))));

    /// <summary>Counts by category.</summary>
    /// <param name="files">The files.</param>
    public static IReadOnlyList<CalmqaCounts> ByCategory(IReadOnlyList<CalmqaFile> files) =>
        Count(files.SelectMany(file => file.Entries.Select(entry => (entry.Question.Category ?? "(none)", entry))));

    /// <summary>The language that a question of a file is put in: that of its answers, without any that of the question itself.</summary>
    internal static string LanguageOf(CalmqaFile file, CalmqaEntry entry) =>
        (entry.Answers.Count > 0 ? entry.Answers : file.Entries.SelectMany(other => other.Answers)).FirstOrDefault()?.Language ?? entry.Question.Language;

    private static IReadOnlyList<CalmqaCounts> Count(IEnumerable<(string Name, CalmqaEntry Entry)> entries) =>
    [
        .. entries.GroupBy(pair => pair.Name, pair => pair.Entry).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new CalmqaCounts(
            group.Key, group.Count(entry => entry.Question.IsCultural), group.Count(entry => !entry.Question.IsCultural), group.Sum(entry => entry.Answers.Count))),
    ];
}
