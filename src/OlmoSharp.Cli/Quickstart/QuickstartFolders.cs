namespace OlmoSharp.Cli.Quickstart;

/// <summary>What lies where in a quickstart's folder.</summary>
/// <param name="Root">The folder.</param>
internal sealed record QuickstartFolders(string Root)
{
    /// <summary>Data orders of the two annealing runs: two of the seeds that OLMo 2 used.</summary>
    public static readonly IReadOnlyList<long> AnnealSeeds = [42, 666];

    /// <summary>Documents as collected.</summary>
    public string RawText => Path.Combine(Root, "text", "raw");

    /// <summary>Documents without junk and copies, as the last recipe writes them.</summary>
    public string CuratedText => Path.Combine(Root, "text", "curated");

    /// <summary>Documents to train on.</summary>
    public string TrainText => Path.Combine(Root, "text", "train");

    /// <summary>Documents to measure on.</summary>
    public string HeldOutText => Path.Combine(Root, "text", "heldout");

    /// <summary>What curation kept and removed.</summary>
    public string Curation => Path.Combine(Root, "text", "curation.json");

    /// <summary>The tokenizer.</summary>
    public string Tokenizer => Path.Combine(Root, "tokenizer.json");

    /// <summary>Token shards to train on.</summary>
    public string TrainShards => Path.Combine(Root, "shards", "train");

    /// <summary>Token shards to measure on.</summary>
    public string HeldOutShards => Path.Combine(Root, "shards", "heldout");

    /// <summary>Tasks made from the held-out text: their files and questions.</summary>
    public string Tasks => Path.Combine(Root, "tasks");

    /// <summary>Results of the tasks, a folder a model, as <c>olmo eval run</c> writes them.</summary>
    public string Evaluation => Path.Combine(Root, "evaluation");

    /// <summary>The first stage's run.</summary>
    public string Pretraining => Path.Combine(Root, "pretraining");

    /// <summary>The average of the annealed models.</summary>
    public string Soup => Path.Combine(Root, "soup");

    /// <summary>All figures.</summary>
    public string Results => Path.Combine(Root, "results.json");

    /// <summary>The page.</summary>
    public string Report => Path.Combine(Root, "report.html");

    /// <summary>An annealing run.</summary>
    public string Annealing(long seed) => Path.Combine(Root, FormattableString.Invariant($"annealing-{seed}"));

    /// <summary>The config of a training run, which <c>olmo train</c> runs again.</summary>
    public static string ConfigOf(string run) => run + ".yaml";
}
