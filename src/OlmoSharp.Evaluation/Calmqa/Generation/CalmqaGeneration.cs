using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Inference;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>
/// Answers the questions of a file with the published prompt, the question and a newline and nothing else, and stores the answers in the dataset's format. Every answer is in a log as soon as
/// it is there, so that a run that was killed goes on where it was.
/// </summary>
/// <param name="answerer">Answers.</param>
/// <param name="modelName">The model's name in tables and names of answers.</param>
public sealed class CalmqaGeneration(IAnswerer answerer, string modelName)
{
    /// <summary>The published limit of new tokens.</summary>
    public const int PublishedMaximumTokens = 2048;

    /// <summary>What the answers call the model.</summary>
    public string ModelName => modelName;

    /// <summary>The most tokens to generate.</summary>
    public int MaximumTokens { get; init; } = PublishedMaximumTokens;

    /// <summary>The language to put questions in; null: that of the answers that a file has, without any that of each question.</summary>
    public CalmqaLanguage? Language { get; init; }

    /// <summary>The prompt of a question.</summary>
    /// <param name="question">The question in the language to answer in.</param>
    public static string Prompt(string question) => question + "\n";

    /// <summary>The log beside an output.</summary>
    /// <param name="output">The file to make.</param>
    public static string LogPath(string output) => output + ".answers.jsonl";

    /// <summary>Answers every question of a file.</summary>
    /// <param name="input">The file; answers that it has are kept.</param>
    /// <param name="output">The file to make; its log is beside it as <c>….answers.jsonl</c> until every question is answered.</param>
    /// <param name="progress">Told how many are answered, those of an earlier run too, from any thread; null: nobody.</param>
    /// <param name="cancellation">Stops between tokens; what is answered stays.</param>
    /// <returns>What could not be answered: it is missing in the output, and tried again by the next run.</returns>
    /// <exception cref="EvaluationException">The file is not sound, lacks a translation, or has answers of this model; or the log is of another run.</exception>
    public async Task<IReadOnlyList<GenerationFailure>> RunAsync(string input, string output, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        var file = CalmqaFile.Read(input);
        (CalmqaEntry Entry, string Language, string Text)[] questions = [.. file.Entries.Select(entry => Put(input, file, entry))];
        var logPath = LogPath(output);
        var failures = new ConcurrentBag<GenerationFailure>();
        IReadOnlyDictionary<string, AnswerText> answers;
        using (var log = new AnswerLog(logPath, Fingerprint(questions)))
        {
            var done = log.Answers.Count;
            progress?.Invoke(done);
            var open = questions.Where(question => !log.Answers.ContainsKey(question.Entry.Question.Name)).ToArray();
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = answerer.AtOnce, CancellationToken = cancellation }, async (question, stop) =>
            {
                try
                {
                    log.Append(question.Entry.Question.Name, await answerer.AnswerAsync(Prompt(question.Text), MaximumTokens, stop));
                    progress?.Invoke(Interlocked.Increment(ref done));
                }
                catch (Exception exception) when (exception is InferenceException or EvaluationException)
                {
                    failures.Add(new(question.Entry.Question.Name, exception.Message));
                }
            });
            answers = log.Answers;
        }

        if (failures.Count == questions.Length && failures.TryPeek(out var first))
        {
            throw new EvaluationException($"{input}: no question could be answered; {first.Question}: {first.Reason}");
        }

        var entries = questions.Select(question => answers.TryGetValue(question.Entry.Question.Name, out var answer)
            ? question.Entry with { Answers = [.. question.Entry.Answers, Answer(question.Entry.Question.Name, question.Language, Prompt(question.Text), answer)] }
            : question.Entry);
        (file with { Entries = [.. entries] }).Write(output);
        if (failures.IsEmpty)
        {
            File.Delete(logPath);
        }

        return [.. failures.OrderBy(failure => failure.Question, StringComparer.Ordinal)];
    }

    /// <summary>A question with the language to put it in, and its text in that.</summary>
    private (CalmqaEntry Entry, string Language, string Text) Put(string input, CalmqaFile file, CalmqaEntry entry)
    {
        var question = entry.Question;
        var language = Language?.Name ?? CalmqaCounts.LanguageOf(file, entry);
        if (entry.Answers.FirstOrDefault(answer => answer.Model == modelName) is { } answer)
        {
            throw new EvaluationException($"{input}, question \"{question.Name}\": {modelName} has answered already (\"{answer.Name}\"); choose another name (--name)");
        }

        return question.Translations.TryGetValue(language, out var text) ? (entry, language, text.Text) : throw new EvaluationException(
            $"{input}, question \"{question.Name}\": there is no {language} translation, only {string.Join(", ", question.Translations.Keys)}");
    }

    private string Fingerprint(IEnumerable<(CalmqaEntry Entry, string Language, string Text)> questions)
    {
        var text = string.Join('\n', questions.Select(question => $"{question.Entry.Question.Name}\t{question.Language}\t{question.Text}")
            .Prepend(FormattableString.Invariant($"{modelName}\t{answerer.Fingerprint}\t{MaximumTokens}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private CalmqaAnswer Answer(string question, string language, string prompt, AnswerText answer) => new()
    {
        Name = $"{question}:language.{language.ToLowerInvariant()}:{modelName.ToLowerInvariant()}",
        Language = language,
        Translations = new Dictionary<string, CalmqaText> { [language] = new() { Language = language, Text = answer.Text } },
        PromptingState = new(new JsonObject
        {
            ["prompt"] = prompt,
            ["model_name"] = modelName,
            ["max_output_tokens"] = MaximumTokens,
            ["other_state"] = new JsonObject { ["finish_reason"] = answer.FinishReason, ["generated_tokens"] = answer.Tokens },
            ["model"] = answerer.ModelId,
            ["n"] = 1,
            // With their points, as the published files have them.
            ["presence_penalty"] = JsonNode.Parse("0.0"),
            ["temperature"] = JsonNode.Parse("0.0"),
            ["top_p"] = JsonNode.Parse("1.0"),
            ["logprobs"] = false,
        }),
    };
}
