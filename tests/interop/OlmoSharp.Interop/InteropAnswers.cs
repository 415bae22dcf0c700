using System.Text.Json;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Interop;

/// <summary>
/// Converts a model to every GGUF type and writes what OlmoSharp makes of some texts with the folder and with each file: its number of
/// experts, token ids, greedy continuations, log-probabilities in nats. Requests are <c>{"texts": [...], "heldOut": [...], "maximumTokens": N}</c>.
/// </summary>
internal static class InteropAnswers
{
    /// <summary>Writes <c>folder.json</c>, and for every type <c>TYPE.gguf</c> and <c>TYPE.json</c>.</summary>
    public static void Write(string model, string requestsFile, string folder)
    {
        using var requests = JsonDocument.Parse(File.ReadAllText(requestsFile));
        Write(model, requests.RootElement, Path.Combine(folder, "folder.json"));
        foreach (var type in GgufFileType.All)
        {
            var file = Path.Combine(folder, $"{type.Name}.gguf");
            GgufExport.Write(model, file, type);
            Write(file, requests.RootElement, Path.Combine(folder, $"{type.Name}.json"));
        }
    }

    private static void Write(string path, JsonElement requests, string output)
    {
        var options = new GenerationOptions
        {
            MaximumTokens = requests.GetProperty("maximumTokens").GetInt32(),
            Sampling = new SamplingOptions { Temperature = 0 },
        };
        using var generator = TextGenerator.Load(path);
        var (prompts, heldOut) = (Read("texts"), Read("heldOut"));
        File.WriteAllText(output, JsonSerializer.Serialize(new
        {
            experts = generator.Engine.Config.Experts,
            prompts,
            heldOut,
            continuations = prompts.Select(prompt => generator.ContinueTokens(prompt, options)),
            logProbabilities = prompts.Concat(heldOut).Select(ids => LogProbabilities(generator.Engine, ids)),
        }));

        int[][] Read(string name) => [.. requests.GetProperty(name).EnumerateArray().Select(text => Ids(text.GetString()!))];

        // Prompts leave room for their continuations.
        int[] Ids(string text)
            => [generator.Tokenizer.EndOfTextId, .. generator.Tokenizer.Encode(text).Take(generator.Engine.Config.ContextLength - 1 - options.MaximumTokens)];
    }

    /// <summary>Of every token but the first, given those before it.</summary>
    private static double[] LogProbabilities(IInferenceEngine engine, int[] ids)
    {
        var vocabulary = engine.Config.VocabularySize;
        var logits = new float[ids.Length * vocabulary];
        using var sequence = engine.NewSequence();
        engine.Forward([new(sequence, ids, AllLogits: true)], logits);
        return [.. ids.Skip(1).Select((id, i) => LogProbability(logits.AsSpan(i * vocabulary, vocabulary), id))];
    }

    private static float LargestOf(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        return largest;
    }

    private static double LogProbability(ReadOnlySpan<float> logits, int id)
    {
        var largest = (double)LargestOf(logits);
        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit - largest);
        }

        return logits[id] - largest - Math.Log(sum);
    }
}
