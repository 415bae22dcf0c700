namespace OlmoSharp.Inference.Scheduling;

/// <summary>How a <see cref="RequestScheduler"/> shares its engine.</summary>
public sealed record SchedulerOptions
{
    /// <summary>Most texts that run at once; each sample of a request is one.</summary>
    public int MaximumRunning { get; init; } = 32;

    /// <summary>Most requests that wait beyond those that find a free place; further ones are refused with <see cref="QueueFullException"/>.</summary>
    public int MaximumWaiting { get; init; } = 256;

    /// <summary>Most tokens of prompts a pass while no text is being generated.</summary>
    public int PromptTokensPerPass { get; init; } = 256;

    /// <summary>Most tokens of prompts a pass while texts are being generated: what they may be held up by. Prompts share it.</summary>
    public int PromptTokensBesideDecoding { get; init; } = 64;

    /// <summary>Most positions that the caches of earlier texts keep for prompts that begin like them; null: as many as are free; 0: none.</summary>
    public int? PrefixCachePositions { get; init; }

    /// <summary>Most steps that a request's reader may lag behind; then its texts wait for it while others go on.</summary>
    public int BufferedSteps { get; init; } = 256;

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="InferenceException">One is out of range.</exception>
    public void Validate()
    {
        Require(MaximumRunning, 1, "the most running texts");
        Require(MaximumWaiting, 0, "the most waiting requests");
        Require(PromptTokensPerPass, 1, "the prompt tokens per pass");
        Require(PromptTokensBesideDecoding, 1, "the prompt tokens beside decoding");
        Require(PrefixCachePositions ?? 0, 0, "the positions of the prefix cache");
        Require(BufferedSteps, 1, "the buffered steps");
    }

    private static void Require(int value, int least, string what)
    {
        if (value < least)
        {
            throw new InferenceException($"{what} is {value}, but must be {least} or more");
        }
    }
}
