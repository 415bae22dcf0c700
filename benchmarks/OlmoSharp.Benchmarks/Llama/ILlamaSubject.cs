namespace OlmoSharp.Benchmarks.Llama;

/// <summary>A program that runs GGUF files, with one loaded.</summary>
internal interface ILlamaSubject : IDisposable
{
    /// <summary>Seconds from a prompt to the greedy token after it.</summary>
    double Prompt(int[] prompt);

    /// <summary>Seconds of so many greedy steps of all sequences together, after their prompts; null: it cannot do that.</summary>
    double? Decode(int[][] prompts, int steps);

    /// <summary>Logits after a prompt and the greedy tokens that follow, with keys and values in float32; null: it cannot tell.</summary>
    LlamaAnswer? Answer(int[] prompt, int steps);
}

/// <summary>What a model makes of a prompt.</summary>
/// <param name="Logits">After the prompt, one a token of the vocabulary.</param>
/// <param name="Tokens">The greedy continuation.</param>
internal sealed record LlamaAnswer(float[] Logits, int[] Tokens);
