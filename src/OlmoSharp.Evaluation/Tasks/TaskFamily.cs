using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Templates;

namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Makes the specs of one family's tasks from its file.</summary>
internal sealed class TaskFamily
{
    private const string SubsetMark = "{@subset}";

    /// <summary>OLMES's rules, where a family says nothing else.</summary>
    private static readonly TaskSettings Defaults = new()
    {
        Limit = 0,
        SubsampleSeed = 1234,
        Shots = 0,
        Fewshot = new FewshotConfig(),
        FewshotSeed = 1234,
        Instruction = "",
        Separator = "\n\n",
        Option = " {@label}. {@choice}",
        FinalInstruction = "",
        AnswerPrefix = "",
        Unconditioned = "",
        LeadingSpace = true,
        Request = RequestKind.Loglikelihood,
        Scoring = AnswerScoring.Likelihood,
        NativeId = "",
        Chat = false,
        Multiturn = false,
        System = "",
        MaxLength = 2048,
        Compat = [],
    };

    private readonly TaskFamilyConfig _config;
    private readonly string _file;

    public TaskFamily(TaskFamilyConfig config, string file)
    {
        (_config, _file) = (config, file);
        Subsets = config.Subsets.Count > 0 ? config.Subsets : [""];
        if (config.Subsets.Count > 0 != config.Task.Contains("{subset}", StringComparison.Ordinal))
        {
            throw Problem("a family with subsets names them in its task, as in mmlu_{subset}");
        }
    }

    /// <summary>The subsets; an empty name for a family without.</summary>
    public IReadOnlyList<string> Subsets { get; }

    /// <summary>What is written.</summary>
    public TaskFamilyConfig Config => _config;

    /// <summary>The regimes that a variant has.</summary>
    public IEnumerable<KeyValuePair<string, RegimeConfig>> RegimesOf(string variant) =>
        _config.Regimes.Where(regime => regime.Value.Variants is not { } of || of.Contains(variant));

    /// <summary>A task's name without variant and regime.</summary>
    public string TaskName(string subset) => _config.Task.Replace("{subset}", subset, StringComparison.Ordinal);

    /// <summary>The full name: <c>task:variant::regime</c>.</summary>
    public static string FullName(string task, string variant, string regime) => $"{task}{(variant.Length > 0 ? ":" + variant : "")}::{regime}";

    /// <summary>The names of a task besides its full one.</summary>
    public IEnumerable<string> Aliases(string subset, string variant, string regime) =>
        _config.Regimes[regime].Aliases.Select(alias => Fill(alias, subset, variant));

    /// <summary>A pattern of a name with its parts filled in.</summary>
    public string Fill(string pattern, string subset, string variant) =>
        pattern.Replace("{task}", TaskName(subset), StringComparison.Ordinal).Replace("{variant}", variant, StringComparison.Ordinal).Replace("{subset}", subset, StringComparison.Ordinal);

    /// <summary>Makes a task's spec.</summary>
    /// <param name="subset">The subset.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="regime">The regime.</param>
    /// <param name="overrides">What counts before all of these.</param>
    /// <exception cref="EvaluationException">A setting is missing, or a template is wrong.</exception>
    public TaskSpec Resolve(string subset, string variant, string regime, TaskSettings? overrides)
    {
        var settings = (overrides ?? new TaskSettings())
            .Over(_config.Regimes[regime]).Over(_config.Variants[variant])
            .Over(new TaskSettings { Shots = _config.SubsetShots.TryGetValue(subset, out var shots) ? shots : null }).Over(_config).Over(Defaults);
        var name = FullName(TaskName(subset), variant, regime);
        var dataset = settings.Dataset ?? throw Missing(name, "dataset");
        string Filled(string text) => text.Replace("{@subset|spaced}", subset.Replace('_', ' '), StringComparison.Ordinal).Replace(SubsetMark, subset, StringComparison.Ordinal);
        var continuation = settings.Continuation ?? "";
        var spec = new TaskSpec
        {
            Name = name,
            Task = TaskName(subset),
            Variant = variant,
            Regime = regime,
            Description = _config.Description,
            Subset = subset,
            Dataset = dataset with
            {
                Config = Filled(dataset.Config),
                Where = dataset.Where is { } where ? where with { Value = where.Values.GetValueOrDefault(subset) ?? Filled(where.Value), Values = new Dictionary<string, string>() } : null,
            },
            Split = settings.Split ?? throw Missing(name, "split"),
            Limit = settings.Limit!.Value,
            SubsampleSeed = settings.SubsampleSeed!.Value,
            Shots = settings.Shots!.Value,
            Fewshot = settings.Fewshot! with { Source = settings.Fewshot.Source is { } source ? Filled(source) : null },
            FewshotSeed = settings.FewshotSeed!.Value,
            Layouts = settings.Layouts ?? throw Missing(name, "layouts"),
            Instruction = Filled(overrides?.Instruction ?? _config.SubsetInstructions.GetValueOrDefault(subset) ?? settings.Instruction!),
            Separator = settings.Separator!,
            Prompt = settings.Prompt ?? throw Missing(name, "prompt"),
            Option = settings.Option!,
            Continuation = continuation,
            Target = settings.Target ?? continuation,
            FinalInstruction = settings.FinalInstruction!,
            AnswerPrefix = settings.AnswerPrefix!,
            Unconditioned = settings.Unconditioned!,
            LeadingSpace = settings.LeadingSpace!.Value,
            Request = settings.Request!.Value,
            NativeId = settings.NativeId!,
            Group = settings.Group,
            Metric = settings.Metric ?? throw Missing(name, "metric"),
            Scoring = settings.Scoring!.Value,
            Generation = settings.Generation,
            Chat = settings.Chat!.Value,
            Multiturn = settings.Multiturn!.Value,
            System = settings.System!,
            MaxLength = settings.MaxLength!.Value,
            Compat = settings.Compat!,
        };
        Check(spec);
        return spec;
    }

    /// <summary>Checks what only all settings together show, templates among it.</summary>
    private void Check(TaskSpec spec)
    {
        if (spec.Shots > 0 && spec.Fewshot is { Source: null, Split: null })
        {
            throw Problem($"{spec.Name}: {spec.Shots} shots need fewshot.source or fewshot.split");
        }

        if (spec.Request != RequestKind.Loglikelihood && spec.Request != RequestKind.LoglikelihoodRolling && spec.Generation is not { MaxTokens: not null, Stop: not null })
        {
            throw Problem($"{spec.Name}: a task that generates needs generation.max_tokens and generation.stop");
        }

        try
        {
            _ = new TaskTemplates(spec);
        }
        catch (FormatException error)
        {
            throw Problem($"{spec.Name}: {error.Message}");
        }
    }

    private EvaluationException Missing(string name, string key) => Problem($"{name}: neither the family nor the variant nor the regime sets {key}");

    private EvaluationException Problem(string message) => new($"{_file}: {message}");
}
