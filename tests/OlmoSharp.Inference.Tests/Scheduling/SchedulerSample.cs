using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Scheduling;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Generation;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Tests.Scheduling;

/// <summary>A small model in a folder, schedulers of it, and what its generator says of a request alone.</summary>
public sealed class SchedulerSample : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TextGenerator _alone;

    public SchedulerSample()
    {
        Config = EngineSamples.Of(ModelFamily.Olmo2, 32) with { Layers = 2, ContextLength = 160, VocabularySize = Tokenizer.VocabularySize + 3, TiedEmbeddings = false };
        using var model = SampleModels.Random(Config, 1);
        EngineSamples.Write(model, _folder.Path, "f32");
        _alone = new(Engine(4 * 160), Tokenizer, EndIds);
    }

    public static Tokenizer Tokenizer => TestTokenizer.Value;

    public static int[] EndIds { get; } = [7];

    public ModelConfig Config { get; }

    public NativeEngine Engine(int positions) => NativeEngine.Load(_folder.Path, new() { Positions = positions, Threads = 1 });

    internal static RequestScheduler Scheduler(IInferenceEngine engine, SchedulerOptions? options = null) => new(new LoadedModel(engine, Tokenizer, EndIds), options);

    /// <summary>The texts of a request when there is no other.</summary>
    public IReadOnlyList<GenerationResult> Alone(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        lock (_alone)
        {
            return _alone.Complete(prompt, options);
        }
    }

    public void Dispose()
    {
        _alone.Dispose();
        _folder.Dispose();
    }
}
