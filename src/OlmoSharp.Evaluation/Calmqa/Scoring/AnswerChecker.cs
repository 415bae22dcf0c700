using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Languages;

namespace OlmoSharp.Evaluation.Calmqa.Scoring;

/// <summary>Runs both checks on answers.</summary>
/// <param name="identifier">Finds languages.</param>
public sealed class AnswerChecker(LanguageIdentifier identifier)
{
    // What services write in place of an answer that they do not give; stored answers have these words alone.
    private static readonly HashSet<string> Withheld = ["OTHER", "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"];

    /// <summary>Checks all answers of a file, in order.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="file">The file.</param>
    /// <param name="checkedOne">Told after each answer, from any thread; null: nobody.</param>
    /// <param name="cancellation">Stops between answers.</param>
    /// <exception cref="EvaluationException">An answer should be in a language that CaLMQA does not have.</exception>
    public IReadOnlyList<AnswerCheck> Check(string name, CalmqaFile file, Action? checkedOne = null, CancellationToken cancellation = default)
    {
        var answers = file.Entries.SelectMany(entry => entry.Answers.Select(answer => (entry.Question, answer))).ToArray();
        foreach (var (_, answer) in answers)
        {
            if (CalmqaLanguage.TryFind(answer.Language) is null)
            {
                throw new EvaluationException($"{name}, answer \"{answer.Name}\": '{answer.Language}' is no language of CaLMQA");
            }
        }

        return
        [
            .. answers.AsParallel().AsOrdered().WithCancellation(cancellation).Select(pair =>
            {
                var check = Check(new(name, pair.Question.Name, pair.answer.Language, pair.Question.Category, pair.Question.IsCultural, pair.answer.Model), pair.answer);
                checkedOne?.Invoke();
                return check;
            }),
        ];
    }

    /// <summary>The answers that a file lacks: of each model that answers any of its questions, those to the others.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="file">The file.</param>
    public static IReadOnlyList<AnswerPlace> Missing(string name, CalmqaFile file)
    {
        var models = file.Entries.SelectMany(entry => entry.Answers).Select(answer => answer.Model).Distinct().ToArray();
        return
        [
            .. from entry in file.Entries
               from model in models
               where entry.Answers.All(answer => answer.Model != model)
               select new AnswerPlace(name, entry.Question.Name, CalmqaCounts.LanguageOf(file, entry), entry.Question.Category, entry.Question.IsCultural, model),
        ];
    }

    private AnswerCheck Check(AnswerPlace place, CalmqaAnswer answer)
    {
        var text = answer.Text.Trim();
        var expected = CalmqaLanguage.Find(place.Language).Code;
        var isWithheld = text.Length == 0 || Withheld.Contains(text);
        var repetition = RepetitionCheck.Check(answer.Text);
        var guess = isWithheld ? new(LanguageGuess.Unknown, "no answer", 1, WritingSystem.Other) : identifier.Identify(text);
        return new()
        {
            Place = place,
            Answer = answer.Name,
            Tokens = repetition.Tokens,
            MostOccurrences = repetition.MostOccurrences,
            IsWithheld = isWithheld,
            Found = guess.Code,
            FoundName = guess.Name,
            Confidence = guess.Confidence,
            IsRightLanguage = identifier.Knows(expected) ? guess.Code == expected : null,
        };
    }
}
