using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>Text of one language to make a profile of.</summary>
/// <param name="Code">Its ISO 639-3 code.</param>
/// <param name="Name">Its English name.</param>
/// <param name="Sources">The lines of each source, by the source's name.</param>
public sealed record LanguageText(string Code, string Name, IReadOnlyList<KeyValuePair<string, IReadOnlyList<string>>> Sources)
{
    /// <summary>The file that names languages: a line each, code and name with a tab between.</summary>
    public const string NamesFile = "languages.tsv";

    /// <summary>Reads a folder: a folder <c>CODE</c> with any <c>SOURCE.txt</c> for each language, and <see cref="NamesFile"/> where names are not those of the dataset.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="EvaluationException">It holds no text, or names that are not so.</exception>
    public static IReadOnlyList<LanguageText> ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new EvaluationException($"{folder}: there is no such folder; it should hold a folder with text files for each language, such as wol/tales.txt");
        }

        var names = ReadNames(Path.Combine(folder, NamesFile));
        LanguageText[] texts =
        [
            .. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).Select(path => (Path: path, Code: Path.GetFileName(path)))
                .Select(language => new LanguageText(
                    language.Code, names.GetValueOrDefault(language.Code) ?? CalmqaLanguage.TryFind(language.Code)?.Name ?? language.Code,
                    [.. Directory.EnumerateFiles(language.Path, "*.txt").Order(StringComparer.Ordinal)
                        .Select(file => KeyValuePair.Create(Path.GetFileNameWithoutExtension(file), (IReadOnlyList<string>)File.ReadAllLines(file)))]))
                .Where(text => text.Sources.Count > 0),
        ];
        return texts.Length > 0 ? texts : throw new EvaluationException($"{folder}: there is no text; a language's text files (*.txt) go into a folder named after its ISO 639-3 code, such as wol/tales.txt");
    }

    private static Dictionary<string, string> ReadNames(string path)
    {
        var names = new Dictionary<string, string>();
        foreach (var (line, i) in (File.Exists(path) ? File.ReadAllLines(path) : []).Select((line, i) => (line, i)).Where(pair => !string.IsNullOrWhiteSpace(pair.line)))
        {
            if (line.Split('\t') is not [var code, var name, ..] || !names.TryAdd(code, name))
            {
                throw new EvaluationException($"{path}:{i + 1}: a line must be a code, a tab and a name, each code once");
            }
        }

        return names;
    }
}
