using OlmoSharp.Tokenization;

namespace OlmoSharp.Evaluation.Requests;

/// <summary>How many tokens a task's requests have.</summary>
/// <param name="Tokens">All ids of contexts and continuations, after truncation.</param>
/// <param name="Longest">The ids of the longest request before truncation.</param>
/// <param name="Truncated">How many requests lose their beginning.</param>
public sealed record TokenCount(long Tokens, int Longest, int Truncated)
{
    /// <summary>Encodes a task's requests and counts. Chats are passed over: their template is the model's.</summary>
    /// <param name="task">The task.</param>
    /// <param name="tokenizer">The tokenizer; its end-of-text token stands for an empty context.</param>
    /// <param name="threads">How many threads encode.</param>
    /// <param name="cancellation">Stops between documents.</param>
    public static TokenCount Of(BuiltTask task, Tokenizer tokenizer, int threads, CancellationToken cancellation = default)
    {
        var policy = new EncodingPolicy { MaxLength = task.Spec.MaxLength, PrefixId = tokenizer.EndOfTextId };
        List<EvaluationRequest> requests = [.. task.Requests.Where(request => request.Messages is null)];
        var parts = new TokenCount[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, part =>
        {
            // Neighbours share most of their context: each thread takes a stretch.
            var encoder = new RequestEncoder(tokenizer, policy);
            var count = new TokenCount(0, 0, 0);
            for (var i = (int)((long)requests.Count * part / threads); i < (int)((long)requests.Count * (part + 1) / threads); i++)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var encoded in requests[i].Kind == RequestKind.LoglikelihoodRolling ? encoder.EncodeRolling(requests[i]) : [encoder.Encode(requests[i], task.Spec)])
                {
                    count = new TokenCount(
                        count.Tokens + encoded.Tokens.Count, Math.Max(count.Longest, encoded.Tokens.Count + encoded.Dropped), count.Truncated + (encoded.Dropped > 0 ? 1 : 0));
                }
            }

            parts[part] = count;
        });
        return new TokenCount(parts.Sum(part => part.Tokens), parts.Max(part => part.Longest), parts.Sum(part => part.Truncated));
    }
}
