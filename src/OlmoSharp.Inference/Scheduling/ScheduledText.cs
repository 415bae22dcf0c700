using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Inference.Scheduling;

/// <summary>One text of a request: the tokens that are known, and how many of them the engine has in its cache. The engine's thread alone uses it.</summary>
/// <param name="request">Its request.</param>
/// <param name="sample">Which text of the request.</param>
internal sealed class ScheduledText(GenerationRequest request, int sample) : ScheduledWork(request.Arrival, sample)
{
    // The prompt's own array until a token is appended.
    private int[] _tokens = request.Prompt;

    /// <summary>Its request.</summary>
    public GenerationRequest Request => request;

    /// <summary>Chooses its tokens; null before the first.</summary>
    public GeneratedSequence? Text { get; set; }

    /// <summary>Its cache; null where it has none.</summary>
    public IEngineSequence? Sequence { get; set; }

    /// <summary>Tokens of the prompt and the text.</summary>
    public int Known { get; private set; } = request.Prompt.Length;

    /// <summary>Known tokens that the engine has not computed.</summary>
    public int Remaining => Known - (Sequence?.Length ?? 0);

    /// <summary>Most tokens that the engine will have to hold; the last token that may come is not computed.</summary>
    public int Most => request.Prompt.Length + request.Limit - 1;

    /// <summary>Whether it is the first of its request.</summary>
    public bool IsFirst => Sample == 0;

    /// <summary>When the last token came; 0 before the first.</summary>
    public long LastStep { get; set; }

    /// <summary>The known tokens.</summary>
    public ReadOnlyMemory<int> Tokens => _tokens.AsMemory(0, Known);

    /// <summary>The known tokens that the engine has computed.</summary>
    public ReadOnlySpan<int> Computed => _tokens.AsSpan(0, Known - Remaining);

    /// <inheritdoc/>
    public override bool IsCancelled => request.IsCancelled;

    /// <summary>Adds a token.</summary>
    public void Append(int id)
    {
        if (Known == _tokens.Length)
        {
            Array.Resize(ref _tokens, Math.Max(Known + 16, Math.Min(2 * Known, Most + 1)));
        }

        _tokens[Known++] = id;
    }

    /// <summary>Frees its cache.</summary>
    public void Release()
    {
        Sequence?.Dispose();
        Sequence = null;
    }
}
