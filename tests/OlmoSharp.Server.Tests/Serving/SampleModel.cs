using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Tests.Scheduling;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;
using TorchSharp;

namespace OlmoSharp.Server.Tests.Serving;

/// <summary>A small random model in a folder, and what its generator says of a request alone.</summary>
public sealed class SampleModel : IDisposable
{
    public const string Name = "tiny";
    public const int Context = 192;

    private readonly TemporaryFolder _folder = new();
    private readonly TextGenerator _alone;

    public SampleModel()
    {
        Tokenizer.Save(System.IO.Path.Combine(_folder.Path, "tokenizer.json"));
        Tokenizer.SaveConfig(System.IO.Path.Combine(_folder.Path, "tokenizer_config.json"));
        // More rows than tokens, as published models have.
        var config = new ModelConfig
        {
            VocabularySize = Tokenizer.VocabularySize + 2, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 4, KeyValueHeads = 2, ContextLength = Context,
        };
        using var model = SampleModels.Random(config, 7);
        ModelFolder.Save(model, _folder.Path);
        _alone = new(NativeEngine.Load(_folder.Path, new() { Threads = 1 }), Tokenizer);
    }

    public static Tokenizer Tokenizer { get; } = BpeTrainer.Train(
        ["Gets the number of elements in the list. {\"name\": \"Ann\", \"age\": 30} true false null 元素元素 😀😀 über die Brücke\n"],
        new BpeTrainerOptions { VocabularySize = 340, MinFrequency = 1 });

    public string Path => _folder.Path;

    /// <summary>The model, ready to be served; its engine can be watched and held up.</summary>
    internal LoadedModel Load(out WatchedEngine engine)
    {
        engine = new(NativeEngine.Load(_folder.Path, new() { Threads = 1, Positions = 16 * Context }));
        return new(engine, Tokenizer, []) { ChatTemplate = ChatTemplate.Read(_folder.Path) };
    }

    /// <summary>The texts of a prompt when there is no other request.</summary>
    public IReadOnlyList<GenerationResult> Alone(IReadOnlyList<int> prompt, GenerationOptions options)
    {
        lock (_alone)
        {
            return _alone.Complete(prompt, options);
        }
    }

    /// <summary>The text of a prompt at temperature 0.</summary>
    public string Greedy(string prompt, int tokens) => Alone(_alone.Encode(prompt), new() { MaximumTokens = tokens, Sampling = new() { Temperature = 0 } })[0].Text;

    /// <summary>[tokens, vocabulary of the tokenizer]: the model's logits after every token.</summary>
    public float[][] Logits(IReadOnlyList<int> tokens)
    {
        using var engine = NativeEngine.Load(_folder.Path, new() { Threads = 1 });
        using var sequence = engine.NewSequence();
        var vocabulary = engine.Config.VocabularySize;
        var logits = new float[tokens.Count * vocabulary];
        engine.Forward([new(sequence, tokens.ToArray(), AllLogits: true)], logits);
        return [.. logits.Chunk(vocabulary)];
    }

    /// <summary>The mean of the hidden states after the last norm, at length 1, by the training forward pass.</summary>
    public double[] MeanHiddenState(IReadOnlyList<int> tokens)
    {
        using var scope = torch.NewDisposeScope();
        using var none = torch.no_grad();
        using var model = ModelFolder.Load(_folder.Path);
        var hidden = model.Hidden(torch.tensor([.. tokens.Select(token => (long)token)], [1, tokens.Count])).to_type(torch.ScalarType.Float64)[0].mean([0]);
        return [.. (hidden / hidden.norm()).data<double>()];
    }

    public void Dispose()
    {
        _alone.Dispose();
        _folder.Dispose();
    }
}
