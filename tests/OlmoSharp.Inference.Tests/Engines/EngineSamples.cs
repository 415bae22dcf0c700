using OlmoSharp.Inference.Engines;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Models.Tests.Gguf;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Tests.Engines;

/// <summary>Small models in files, and the logits that engines and the training forward pass make of tokens.</summary>
internal static class EngineSamples
{
    public static readonly ModelFamily[] Families = [ModelFamily.Olmo, ModelFamily.Olmo2, ModelFamily.Olmoe, ModelFamily.FlexOlmo];

    /// <summary>A model of a family whose context spans several blocks.</summary>
    public static ModelConfig Of(ModelFamily family, int hiddenSize = 64) => GgufSamples.Of(family) with { ContextLength = 100, HiddenSize = hiddenSize };

    /// <summary>Writes a model: a type of safetensors, or after <c>gguf-</c> a type of GGUF.</summary>
    /// <returns>What engines load.</returns>
    public static string Write(Transformer model, string folder, string type)
    {
        if (!type.StartsWith("gguf-", StringComparison.Ordinal))
        {
            ModelFolder.Save(model, folder, type switch { "f32" => ScalarType.Float32, "bf16" => ScalarType.BFloat16, _ => ScalarType.Float16 });
            return folder;
        }

        GgufSamples.Save(model, folder);
        var file = Path.Combine(folder, "model.gguf");
        GgufExport.Write(folder, file, GgufFileType.Parse(type[5..]));
        return file;
    }

    public static Transformer Load(string path) => GgufFile.IsNamedSo(path) ? GgufModel.Load(path).Transformer : ModelFolder.Load(path);

    /// <summary>[tokens, vocabulary] by the training forward pass.</summary>
    public static float[] Training(Transformer model, IReadOnlyList<int> tokens)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return model.Logits(model.Hidden(tensor([.. tokens.Select(token => (long)token)], [1, tokens.Count]))).data<float>().ToArray();
    }

    /// <summary>[tokens, vocabulary] by an engine.</summary>
    public static float[] Append(IInferenceEngine engine, IEngineSequence sequence, params IReadOnlyList<int> tokens)
    {
        var logits = new float[tokens.Count * engine.Config.VocabularySize];
        engine.Forward([new(sequence, tokens.ToArray(), AllLogits: true)], logits);
        return logits;
    }

    /// <summary>The same in a sequence of its own.</summary>
    public static float[] Logits(IInferenceEngine engine, IReadOnlyList<int> tokens)
    {
        using var sequence = engine.NewSequence();
        return Append(engine, sequence, tokens);
    }

    public static int[] RandomTokens(int seed, int count, ModelConfig config)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(config.VocabularySize))];
    }

    public static double RootMeanSquare(IEnumerable<float> values) => Math.Sqrt(values.Average(value => (double)value * value));

    /// <summary>Fails unless logits differ by at most a tolerance times the largest, and the most probable tokens are the same wherever they are further ahead than that.</summary>
    public static void Close(float[] expected, float[] actual, int vocabulary, double tolerance)
    {
        SampleModels.Close([.. expected.Select(x => (double)x)], [.. actual.Select(x => (double)x)], tolerance, "logit");
        var bound = 2 * tolerance * Math.Max(1, expected.Max(Math.Abs));
        for (var row = 0; row < expected.Length; row += vocabulary)
        {
            var (wanted, got) = (expected.AsSpan(row, vocabulary).ToArray(), actual.AsSpan(row, vocabulary).ToArray());
            var best = Array.IndexOf(wanted, wanted.Max());
            if (wanted.Where((_, id) => id != best).DefaultIfEmpty(float.NegativeInfinity).Max() < wanted[best] - bound)
            {
                Assert.Equal(best, Array.IndexOf(got, got.Max()));
            }
        }
    }
}
