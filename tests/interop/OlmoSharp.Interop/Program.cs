using System.Text.Json;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Models;
using static TorchSharp.torch;

namespace OlmoSharp.Interop;

/// <summary>
/// Writes what OlmoSharp makes of some texts, for comparison with other programs: token ids, greedy continuations, log-probabilities in nats.
/// MODEL is a model folder or a GGUF file; REQUESTS is <c>{"texts": [...], "maximumTokens": N}</c>; the answer goes to standard output.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is not [var path, var requestsFile])
        {
            Console.Error.WriteLine("usage: OlmoSharp.Interop MODEL REQUESTS");
            return 2;
        }

        using var requests = JsonDocument.Parse(File.ReadAllText(requestsFile));
        var options = new GenerationOptions
        {
            MaximumTokens = requests.RootElement.GetProperty("maximumTokens").GetInt32(),
            Sampling = new SamplingOptions { Temperature = 0 },
        };
        using var generator = TextGenerator.Load(path);
        int[][] prompts =
        [
            .. requests.RootElement.GetProperty("texts").EnumerateArray()
                .Select(text => (int[])[generator.Tokenizer.EndOfTextId, .. generator.Tokenizer.Encode(text.GetString()!)]),
        ];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            prompts,
            continuations = prompts.Select(prompt => generator.ContinueTokens(prompt, options)),
            logProbabilities = prompts.Select(prompt => LogProbabilities(generator.Model, prompt)),
        }));
        return 0;
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
