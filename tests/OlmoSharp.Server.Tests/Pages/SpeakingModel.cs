using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Inference.Tests.Scheduling;
using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization.ChatTemplates;

namespace OlmoSharp.Server.Tests.Pages;

/// <summary>A model that answers every question with the same text, each token of it with a probability near 1.</summary>
internal static class SpeakingModel
{
    private const int Context = 4096;

    /// <summary>Serves one.</summary>
    /// <param name="text">What it says.</param>
    /// <param name="change">Changes the options.</param>
    public static Task<TestServer> StartAsync(string text, Func<ServerOptions, ServerOptions>? change = null)
    {
        var tokenizer = SampleModel.Tokenizer;
        int[] answer = [.. tokenizer.Encode(text), tokenizer.EndOfTextId];
        // The template's last words, after which the model speaks.
        int[] turn = tokenizer.Encode("Assistant:");
        var next = 0;
        var engine = new FakeEngine(tokenizer.VocabularySize, Context, (tokens, id) =>
        {
            // It asks for the ids of a row in their order.
            next = id == 0 ? Next(tokens) : next;
            return id == next ? 12 : id % 7 * 0.1f;
        });
        return TestServer.StartAsync(new LoadedModel(new WatchedEngine(engine), tokenizer, []) { ChatTemplate = ChatTemplate.BuiltIn("plain", tokenizer) }, change);

        int Next(IReadOnlyList<int> tokens)
        {
            var start = tokens.Count;
            while (start > turn.Length && !tokens.Skip(start - turn.Length).Take(turn.Length).SequenceEqual(turn))
            {
                start--;
            }

            return answer[Math.Min(tokens.Count - start, answer.Length - 1)];
        }
    }
}
