using System.Reflection;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Comparison;

/// <summary>Scores of the OLMo family as papers and model cards give them, each with its source.</summary>
public sealed class PublishedScores
{
    private readonly Dictionary<string, List<PublishedScore>> _byTask = new(StringComparer.Ordinal);

    private PublishedScores()
    {
    }

    /// <summary>The models that there are scores of.</summary>
    public IReadOnlyCollection<string> Models => [.. _byTask.Values.SelectMany(scores => scores).Select(score => score.Model).Distinct()];

    /// <summary>Reads the scores that this library brings.</summary>
    public static PublishedScores Load()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("published.yaml")!);
        var result = new PublishedScores();
        foreach (var table in ConfigReader.ReadText<PublishedFile>(reader.ReadToEnd(), "published.yaml").Tables)
        {
            foreach (var (model, scores) in table.Models)
            {
                if (scores.Count != table.Tasks.Count)
                {
                    throw new EvaluationException($"published.yaml: {model} has {scores.Count} scores for {table.Tasks.Count} tasks");
                }

                foreach (var (task, score) in table.Tasks.Zip(scores).Where(pair => pair.Second is not null))
                {
                    // Tables give percentages.
                    result.List(task).Add(new PublishedScore { Model = model, Score = score!.Value / 100, Source = table.Source });
                }
            }
        }

        return result;
    }

    /// <summary>The scores in a task or suite.</summary>
    /// <param name="task">The full name.</param>
    /// <param name="models">Only of models with one of these in their names; empty for all.</param>
    public IReadOnlyList<PublishedScore> Of(string task, IReadOnlyCollection<string> models) =>
        [.. _byTask.GetValueOrDefault(task, []).Where(score => models.Count == 0 || models.Any(model => score.Model.Contains(model, StringComparison.OrdinalIgnoreCase)))];

    private List<PublishedScore> List(string task) => _byTask.TryGetValue(task, out var list) ? list : _byTask[task] = [];

    /// <summary>The file.</summary>
    private sealed record PublishedFile
    {
        public required IReadOnlyList<PublishedTable> Tables { get; init; }
    }

    /// <summary>A table as it was published.</summary>
    private sealed record PublishedTable
    {
        public required string Source { get; init; }

        public required IReadOnlyList<string> Tasks { get; init; }

        public required IReadOnlyDictionary<string, IReadOnlyList<double?>> Models { get; init; }
    }
}
