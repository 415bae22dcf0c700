namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>What answers questions: a model here or one behind an address.</summary>
public interface IAnswerer : IDisposable
{
    /// <summary>What identifies the model, as the answers will say it.</summary>
    string ModelId { get; }

    /// <summary>What differs where answers may: the model's files or address, and how it is asked. A log of answers goes on only with the same.</summary>
    string Fingerprint { get; }

    /// <summary>How many questions it can be asked at once.</summary>
    int AtOnce { get; }

    /// <summary>Answers a question.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="maximumTokens">The most tokens to generate.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    /// <exception cref="Exception">It cannot be answered; the message says why.</exception>
    Task<AnswerText> AnswerAsync(string prompt, int maximumTokens, CancellationToken cancellation);
}
