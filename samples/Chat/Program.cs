using Microsoft.Extensions.AI;
using OlmoSharp.Inference.Clients;
using OlmoSharp.Inference.Scheduling;

// Talk to a model in this process: a model folder or a GGUF file.
var path = args is [var first, ..] ? first : "runs/quickstart/soup";
using var client = OlmoChatClient.Load(path);
await foreach (var update in client.GetStreamingResponseAsync("Which method removes all elements?", new() { MaxOutputTokens = 60, Temperature = 0.3f, Seed = 1 }))
{
    Console.Write(update);
}

// JSON of a type.
var answer = await client.GetResponseAsync<Answer>("Is a list empty when it is made?", new ChatOptions { MaxOutputTokens = 200, Temperature = 0 });
Console.WriteLine($"\n\n{answer.Result}\n");

// Which texts are near each other? The same model, loaded once.
using var generator = new OlmoEmbeddingGenerator(client.GetService<RequestScheduler>()!);
string[] texts = ["Gets the number of elements.", "Returns how many items there are.", "Closes the file and releases its handle."];
var vectors = await generator.GenerateAsync(texts);
for (var i = 1; i < texts.Length; i++)
{
    var similarity = vectors[0].Vector.Span.ToArray().Zip(vectors[i].Vector.Span.ToArray(), (a, b) => a * b).Sum();
    Console.WriteLine($"{similarity:0.000}  \"{texts[0]}\"  \"{texts[i]}\"");
}

internal enum Truth
{
    Yes,
    No,
    Unknown,
}

internal sealed record Answer(Truth Truth, bool IsCertain);
