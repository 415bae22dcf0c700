using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using static TorchSharp.torch;

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
            experts = generator.Model.Config.Experts,
            prompts,
            heldOut,
            continuations = prompts.Select(prompt => generator.ContinueTokens(prompt, options)),
            logProbabilities = prompts.Concat(heldOut).Select(ids => LogProbabilities(generator.Model, ids)),
        }));

        int[][] Read(string name) => [.. requests.GetProperty(name).EnumerateArray().Select(text => Ids(text.GetString()!))];

        // Prompts leave room for their continuations.
        int[] Ids(string text)
            => [generator.Tokenizer.EndOfTextId, .. generator.Tokenizer.Encode(text).Take(generator.Model.Config.ContextLength - 1 - options.MaximumTokens)];
    }

    /// <summary>Of every token but the first, given those before it.</summary>
    private static double[] LogProbabilities(Transformer model, int[] ids)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var tokens = tensor([.. ids.Select(id => (long)id)], [1, ids.Length]);
        var logits = model.Logits(model.Hidden(tokens))[0].to_type(ScalarType.Float64);
        var normalized = logits - logits.logsumexp(-1, keepdim: true);
        return normalized.narrow(0, 0, ids.Length - 1).gather(1, tokens[0].narrow(0, 1, ids.Length - 1).unsqueeze(1)).data<double>().ToArray();
    }
}
