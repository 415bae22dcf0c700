using OlmoSharp.Data.Decontamination.Config;

namespace OlmoSharp.Data.Decontamination.Evaluations;

/// <summary>An evaluation set with its items.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Items">Its items.</param>
/// <param name="RequireAnswer">Takes the place of <see cref="ContaminationRules.RequireAnswer"/>; null: it does not.</param>
public sealed record EvaluationSet(string Name, IReadOnlyList<EvaluationItem> Items, bool? RequireAnswer = null)
{
    /// <summary>Reads the files that a config names.</summary>
    /// <param name="config">The config.</param>
    /// <exception cref="DataException">A file is not there or damaged, an item lacks a field, or there are no items.</exception>
    public static EvaluationSet Read(EvaluationConfig config)
    {
        List<EvaluationItem> items = [.. new EvaluationReader(config).Read()];
        return items.Count > 0
            ? new EvaluationSet(config.Name, items, config.RequireAnswer)
            : throw new DataException($"evaluation {config.Name}: there is no item in {string.Join(", ", config.Files)}. Correct files, or leave the set out.");
    }
}
