namespace OlmoSharp.Evaluation.Judging;

/// <summary>Asks a judge model.</summary>
/// <param name="system">The system's message, or empty.</param>
/// <param name="user">The user's message.</param>
/// <param name="cancellation">Ends the call.</param>
/// <returns>The judge's reply.</returns>
internal delegate Task<string> JudgeChat(string system, string user, CancellationToken cancellation);
