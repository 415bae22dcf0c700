namespace OlmoSharp.Benchmarks.Llama;

/// <summary>What one side did in a round.</summary>
/// <param name="Prompt">Tokens a second of the prompt.</param>
/// <param name="Decode">Tokens a second of all sequences together: of one, then of each batch; null: not possible.</param>
internal sealed record LlamaFigures(double Prompt, double?[] Decode);

/// <summary>A round.</summary>
/// <param name="Read">Bytes a second of a plain read.</param>
/// <param name="Ours">Our engine.</param>
/// <param name="Theirs">The peer, if there is one.</param>
internal sealed record LlamaRound(double Read, LlamaFigures Ours, LlamaFigures? Theirs);
