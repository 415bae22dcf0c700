namespace OlmoSharp.Evaluation.Metrics.Judging;

/// <summary>Asks a judge model.</summary>
/// <param name="system">The system message, or null.</param>
/// <param name="user">The user's message.</param>
/// <param name="cancellationToken">Ends the call.</param>
/// <returns>The judge's answer.</returns>
internal delegate Task<string> JudgeChat(string? system, string user, CancellationToken cancellationToken);
