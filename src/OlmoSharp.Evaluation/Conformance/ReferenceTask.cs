using System.Text.Json;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>Finds which of our tasks a reference file is of, and with which settings it was rendered.</summary>
internal sealed class ReferenceTask(TaskCatalog catalog)
{
    /// <summary>The tasks that the file may be of, the likeliest first.</summary>
    /// <param name="reference">The file.</param>
    /// <param name="overrides">Settings that count before all others.</param>
    /// <exception cref="EvaluationException">No task is known by its names.</exception>
    public IReadOnlyList<TaskSpec> Candidates(ReferenceFile reference, IReadOnlyList<string>? overrides)
    {
        var first = TaskCatalog.Overrides(overrides);
        if (reference.Config is { } config)
        {
            var name = ByAlias(config) ?? First(Text(config, "task_name")) ?? First(Text(config, "task_core")) ?? throw Unknown(reference, Text(config, "task_name") ?? "");
            return [catalog.Find(name, first.Over(Settings(config, reference.Rows[0].Kind)))];
        }

        var known = catalog.Contains(reference.Rows[0].TaskName) ? [reference.Rows[0].TaskName] : catalog.KnownBy(reference.Rows[0].TaskName);
        return known.Count > 0 ? [.. known.Select(name => catalog.Find(name, first))] : throw Unknown(reference, reference.Rows[0].TaskName);
    }

    private string? First(string? referenceName) => referenceName is not null && catalog.KnownBy(referenceName) is [var first, ..] ? first : null;

    private string? ByAlias(JsonElement config) =>
        config.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && Text(metadata, "alias") is { } alias
            ? new[] { alias, alias.Replace(":bpb", "", StringComparison.Ordinal) }.FirstOrDefault(catalog.Contains)
            : null;

    /// <summary>What the file's config says in our words; what it does not say stays the task's.</summary>
    private static TaskSettings Settings(JsonElement config, string kind)
    {
        var context = config.TryGetProperty("context_kwargs", out var kwargs) && kwargs.ValueKind == JsonValueKind.Object ? kwargs : default;
        return new TaskSettings
        {
            Split = Text(config, "split"),
            Limit = Number(config, "limit") ?? 0,
            Shots = Number(config, "num_shots"),
            Fewshot = Text(config, "fewshot_source") is { } source ? new FewshotConfig { Source = source } : null,
            SubsampleSeed = Number(config, "random_subsample_seed"),
            FewshotSeed = Number(config, "fewshot_seed"),
            Instruction = context.ValueKind == JsonValueKind.Object ? Text(context, "description") : null,
            Prompt = context.ValueKind == JsonValueKind.Object && IsTrue(context, "no_prefix") ? "{@question}" : null,
            Option = context.ValueKind == JsonValueKind.Object && IsTrue(context, "no_label_prefix_space") ? "{@label}. {@choice}" : null,
            Request = !IsTrue(config, "compute_gold_bpb") ? null
                : kind == RequestJson.NameOf(RequestKind.Loglikelihood) ? RequestKind.Loglikelihood : RequestKind.GenerateUntilAndLoglikelihood,
        };
    }

    private static EvaluationException Unknown(ReferenceFile reference, string name) =>
        new($"{reference.Path}: no task is known as \"{name}\" in reference files; name one with --task");

    private static string? Text(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    private static bool IsTrue(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
