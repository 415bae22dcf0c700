using System.Runtime.CompilerServices;
using System.Threading.Channels;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Server.Streaming;

/// <summary>Joins the tokens of several prompts as they come.</summary>
internal static class PromptSteps
{
    // A client that does not read keeps no more than this and what the scheduler holds back.
    private const int Buffered = 64;

    /// <summary>The tokens of all prompts.</summary>
    /// <param name="count">How many prompts there are.</param>
    /// <param name="mostAtOnce">How many of them are generated from at once: a long list must not take all places in the queue, nor be refused because it is longer than that.</param>
    /// <param name="generate">Generates from one.</param>
    /// <param name="cancellation">Stops all.</param>
    /// <exception cref="Exception">What the first to fail throws; the others are stopped then.</exception>
    public static IAsyncEnumerable<PromptStep> JoinAsync(
        int count, int mostAtOnce, Func<int, CancellationToken, IAsyncEnumerable<GenerationStep>> generate, CancellationToken cancellation) =>
        count == 1 ? OneAsync(generate(0, cancellation), cancellation) : ManyAsync(count, mostAtOnce, generate, cancellation);

    private static async IAsyncEnumerable<PromptStep> OneAsync(IAsyncEnumerable<GenerationStep> steps, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var step in steps.WithCancellation(cancellation))
        {
            yield return new(0, step);
        }
    }

    private static async IAsyncEnumerable<PromptStep> ManyAsync(
        int count, int mostAtOnce, Func<int, CancellationToken, IAsyncEnumerable<GenerationStep>> generate, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var channel = Channel.CreateBounded<PromptStep>(Buffered);
        using var places = new SemaphoreSlim(mostAtOnce);
        var going = count;
        var all = Task.WhenAll(Enumerable.Range(0, count).Select(PumpAsync));
        try
        {
            await foreach (var step in channel.Reader.ReadAllAsync(cancellation))
            {
                yield return step;
            }
        }
        finally
        {
            // No prompt outlives the request, whether it ended, failed or was given up.
            await stop.CancelAsync();
            await all;
        }

        async Task PumpAsync(int prompt)
        {
            try
            {
                await places.WaitAsync(stop.Token);
                try
                {
                    await foreach (var step in generate(prompt, stop.Token))
                    {
                        await channel.Writer.WriteAsync(new(prompt, step), stop.Token);
                    }
                }
                finally
                {
                    places.Release();
                }

                if (Interlocked.Decrement(ref going) == 0)
                {
                    channel.Writer.TryComplete();
                }
            }
            catch (Exception exception)
            {
                channel.Writer.TryComplete(exception);
                await stop.CancelAsync();
            }
        }
    }
}
