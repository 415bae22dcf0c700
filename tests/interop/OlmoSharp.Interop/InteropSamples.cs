using System.Text.Json.Nodes;
using OlmoSharp.Data.Sources;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;
using static TorchSharp.torch;

namespace OlmoSharp.Interop;

/// <summary>
/// One small model of each family, trained for less than a minute on the documentation in the .NET SDK, so that its perplexity means
/// something. Together they have every part that a GGUF file can say: rows of whole super-blocks and others, grouped queries, a bound
/// on projections, tied embeddings, experts, stretched rotary frequencies, both splittings of text, weights in several files.
/// </summary>
internal static class InteropSamples
{
    private const int Vocabulary = 1024;
    private const int Sequence = 128;
    private const int Batch = 4;
    private const int Steps = 120;

    // Every tenth document is held out; a few of these are enough for some thousand tokens.
    private const int Documents = 3000;
    private const int HeldOutEvery = 10;
    private const int HeldOut = 25;

    private static readonly ModelConfig Olmo2 = new()
    {
        VocabularySize = Vocabulary, HiddenSize = 256, IntermediateSize = 512, Layers = 3, Heads = 4, KeyValueHeads = 2, ContextLength = Sequence, RopeTheta = 10_000,
    };

    private static readonly (string Name, ModelConfig Config)[] Models =
    [
        ("olmo2", Olmo2 with { RopeScaling = new() { Type = RopeScalingType.Yarn, Factor = 2, OriginalContextLength = Sequence / 2 } }),
        // 352 elements are no whole super-block, so that q4_k_m takes the types of 32.
        ("olmo", Olmo2 with
        {
            IntermediateSize = 352, Norm = NormKind.LayerNorm, NormPlacement = NormPlacement.BeforeSublayer, NormEpsilon = 1e-5, QkNorm = false, ClipQkv = 1.5,
            TiedEmbeddings = true,
        }),
        ("olmoe", Olmo2 with
        {
            IntermediateSize = 256, KeyValueHeads = 4, NormPlacement = NormPlacement.BeforeSublayer, NormEpsilon = 1e-5, Experts = 4, ExpertsPerToken = 2,
            RopeScaling = new() { Type = RopeScalingType.Linear, Factor = 2 },
        }),
    ];

    /// <summary>Writes a folder for each family, and <c>requests.json</c>: other requests with held-out texts added.</summary>
    public static void Make(string folder, string requestsFile)
    {
        var documents = new SdkDocumentationSource().ReadDocuments().Take(Documents).Select(document => document.Text).ToArray();
        var (training, heldOut) = (documents.Where((_, i) => i % HeldOutEvery != 0).ToArray(), documents.Where((_, i) => i % HeldOutEvery == 0).Take(HeldOut));
        var learned = BpeTrainer.Train(training, new BpeTrainerOptions { VocabularySize = Vocabulary });
        foreach (var (name, config) in Models)
        {
            var model = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
            learned.Save(Path.Combine(model, "tokenizer.json"));
            if (config.Family != ModelFamily.Olmo2)
            {
                SplitAsOlmo(Path.Combine(model, "tokenizer.json"));
            }

            var tokenizer = Tokenizer.Load(model);
            using var transformer = new Transformer(config with { EndOfTextId = tokenizer.EndOfTextId, PaddingId = tokenizer.PaddingId });
            Train(transformer, [.. training.SelectMany(text => (int[])[tokenizer.EndOfTextId, .. tokenizer.Encode(text)])]);
            ModelFolder.Save(transformer, model, shardBytes: 4_000_000);
        }

        var requests = JsonNode.Parse(File.ReadAllText(requestsFile))!;
        requests["heldOut"] = new JsonArray([.. heldOut.Select(text => JsonValue.Create(text))]);
        File.WriteAllText(Path.Combine(folder, "requests.json"), requests.ToJsonString());
    }

    private static void SplitAsOlmo(string path)
    {
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["normalizer"] = new JsonObject { ["type"] = "NFC" };
        json["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = true };
        File.WriteAllText(path, json.ToJsonString());
    }

    private static void Train(Transformer model, int[] ids)
    {
        model.Initialize(seed: 1);
        model.Parameters.EnableGradients();
        using var optimizer = new AdamW(model.Parameters, new OptimizerConfig());
        var random = new Random(1);
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var starts = Enumerable.Range(0, Batch).Select(_ => random.Next(ids.Length - Sequence)).ToArray();
            var loss = model.Loss(Sequences(0), Sequences(1), 1.0 / (Batch * Sequence), zLossCoefficient: 1e-5);
            loss.Total.backward();
            // A short warm-up, then down to nothing, so that the last weights are not the noise of a large step.
            optimizer.Step(3e-3 * Math.Min(1, (step + 1) / 15.0) * (1 - (double)step / Steps), optimizer.GradientNorm());

            Tensor Sequences(int shift) => tensor([.. starts.SelectMany(start => ids.AsSpan(start + shift, Sequence).ToArray()).Select(id => (long)id)], [Batch, Sequence]);
        }
    }
}
