using System.IO.Hashing;
using System.Text;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Deduplication;
using OlmoSharp.Data.Deduplication.Config;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.HeldOut;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Sources;
using OlmoSharp.Data.Taggers;
using OlmoSharp.Training;

namespace OlmoSharp.Cli.Quickstart;

/// <summary>Makes the text of a quickstart: collects it, runs the recipes of <c>recipes/quickstart</c> as <c>olmo data</c> does, and holds a part out.</summary>
internal sealed class QuickstartText(QuickstartOptions options, QuickstartFolders folders, Terminal terminal, CancellationToken cancellation)
{
    // The same share of every source, so that the whole of the held-out text is like the text. Enough for a second digit of bits
    // per byte, little enough to measure ten times in ten minutes.
    private const double HeldOutFraction = 0.01;

    /// <summary>Makes the text. Steps that an earlier run finished are not done again.</summary>
    /// <exception cref="TrainingException">Too little remains.</exception>
    public async Task<QuickstartCuration> MakeAsync()
    {
        if (!Directory.Exists(Path.Combine(folders.RawText, "documents")))
        {
            await CollectAsync();
        }

        var tagging = Recipe<TagConfig>("tag");
        var tag = new TagJob(tagging, new TaggerCatalog());
        await ShowAsync("Tagging", "documents", progress => new ShardJob("tag", tag.Settings) { Threads = tagging.Processes }.Run(tag.Tasks, tag.Run, progress, cancellation));
        await DedupeAsync("Comparing documents", "dedupe-documents");
        await DedupeAsync("Looking for near copies", "dedupe-near");
        var documents = await MixAsync("Mixing documents", "mix-documents");
        await DedupeAsync("Comparing paragraphs", "dedupe-paragraphs");
        var curated = await MixAsync("Mixing paragraphs", "mix-paragraphs");
        if (curated.Written < 2)
        {
            throw new TrainingException($"{curated.Written} documents remain after curation, too few to train and measure on; give more text with --text");
        }

        var (train, heldOut) = await ShowAsync("Holding out", "documents read", progress =>
            new HeldOutSplit { Fraction = HeldOutFraction }.Split(folders.CuratedText, folders.TrainText, folders.HeldOutText, progress));
        return QuickstartCuration.Of(folders.RawText, [.. train, .. heldOut], documents, curated);
    }

    private async Task CollectAsync()
    {
        IReadOnlyList<ITextSource> sources = options.Text.Count > 0
            ? [.. options.Text.Select(folder => new TextFolderSource(folder))]
            : [new SdkDocumentationSource(options.Sdk), new SdkMessagesSource(options.Sdk)];
        await ShowAsync("Collecting text", "documents", progress =>
        {
            long count = 0;
            return DocumentFolder.Write(folders.RawText, sources.SelectMany(source => source.ReadDocuments(cancellation)).Where(IsTaken).Select(document =>
            {
                progress(++count);
                return document;
            }));
        });
    }

    /// <summary>The smoke run takes one document in eight, chosen by its id.</summary>
    private bool IsTaken(Document document)
        => !options.IsSmoke || XxHash32.HashToUInt32(Encoding.UTF8.GetBytes(document.Id)) % 8 == 0;

    private Task<DedupeResult> DedupeAsync(string title, string recipe)
    {
        var job = new DedupeJob(Recipe<DedupeConfig>(recipe));
        return ShowAsync(title, "documents read", progress => job.Run(progress, cancellation));
    }

    private async Task<MixStreamResult> MixAsync(string title, string recipe)
    {
        var job = new MixJob(Recipe<MixConfig>(recipe));
        return (await ShowAsync(title, "documents", progress => job.Run(progress, cancellation))).Streams[0];
    }

    private Task<T> ShowAsync<T>(string title, string unit, Func<Action<long>, T> job)
        => ProgressDisplay.RunAsync(terminal, title, unit, null, progress => job(done => progress.Report(done)));

    /// <summary>A recipe, for this quickstart's folder. Recipes are part of the program, so that it needs no repository around it.</summary>
    private T Recipe<T>(string name)
        where T : notnull
    {
        var path = $"recipes/quickstart/{name}.yaml";
        using var text = new StreamReader(typeof(QuickstartText).Assembly.GetManifestResourceStream(path)!, Encoding.UTF8);
        return ConfigReader.ReadText<T>(text.ReadToEnd(), path, variables: new Dictionary<string, string> { ["RUN"] = folders.Root });
    }
}
