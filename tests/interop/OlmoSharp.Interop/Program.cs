using System.Text.Json;
using OlmoSharp.Inference.Generation;
using static TorchSharp.torch;

// What OlmoSharp makes of some texts, for comparison with other programs: token ids, greedy continuations, log-probabilities in nats.
// MODEL is a model folder or a GGUF file; REQUESTS is {"texts": [...], "maximumTokens": N}; the answer goes to standard output.
if (args is not [var path, var requestsFile])
{
    Console.Error.WriteLine("usage: OlmoSharp.Interop MODEL REQUESTS");
    return 2;
}

using var requests = JsonDocument.Parse(File.ReadAllText(requestsFile));
var options = new GenerationOptions
{
    MaximumTokens = requests.RootElement.GetProperty("maximumTokens").GetInt32(),
    Sampling = new() { Temperature = 0 },
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
    logProbabilities = prompts.Select(LogProbabilities),
}));
return 0;

// Of every token but the first, given those before it.
double[] LogProbabilities(int[] ids)
{
    using var scope = NewDisposeScope();
    using var _ = no_grad();
    var tokens = tensor([.. ids.Select(id => (long)id)], [1, ids.Length]);
    var logits = generator.Model.Logits(generator.Model.Hidden(tokens))[0].to_type(ScalarType.Float64);
    var normalized = logits - logits.logsumexp(-1, keepdim: true);
    return normalized.narrow(0, 0, ids.Length - 1).gather(1, tokens[0].narrow(0, 1, ids.Length - 1).unsqueeze(1)).data<double>().ToArray();
}
