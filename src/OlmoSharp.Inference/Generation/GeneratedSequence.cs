using OlmoSharp.Inference.Constraints;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Generation;

/// <summary>One text as it grows: chooses its tokens from the model's logits, turns them into text, and knows when it ends. What computes the logits is not its concern.</summary>
internal sealed class GeneratedSequence
{
    private readonly GenerationOptions _options;
    private readonly int _sample;
    private readonly int _limit;
    private readonly int[] _endIds;
    private readonly StreamingDecoder _decoder;
    private readonly StopStringMatcher _stops;
    private readonly SamplingBuffers _buffers;

    /// <summary>Starts a text.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="endIds">Ids that end a text.</param>
    /// <param name="options">How it is generated.</param>
    /// <param name="prompt">What comes before.</param>
    /// <param name="limit">Most tokens; at least 1.</param>
    /// <param name="sample">Which of the prompt's texts it is.</param>
    /// <param name="buffers">What other texts of the same thread may use too; null: its own.</param>
    public GeneratedSequence(
        Tokenizer tokenizer, IEnumerable<int> endIds, GenerationOptions options, IEnumerable<int> prompt, int limit, int sample, SamplingBuffers? buffers = null)
    {
        (_options, _limit, _sample) = (options, limit, sample);
        _endIds = [.. endIds.Concat(options.StopIds).Where(id => id >= 0 && id < tokenizer.VocabularySize).Distinct()];
        _decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens: true);
        _stops = new(options.StopStrings);
        _buffers = buffers ?? new();
        Sampler = new(options.Sampling, sample, _buffers);
        Sampler.AddPrompt(prompt);
        State = options.Constraint?.Start;
    }

    /// <summary>Chooses the tokens.</summary>
    public Sampler Sampler { get; }

    /// <summary>How far the constraint has read; null without one.</summary>
    public GrammarState? State { get; private set; }

    /// <summary>Tokens so far.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens that may still come.</summary>
    public int Remaining => _limit - Count;

    /// <summary>Chooses the next token.</summary>
    /// <param name="logits">[tokenizer's vocabulary].</param>
    public GenerationStep Next(ReadOnlySpan<float> logits)
    {
        var id = Sampler.Choose(logits, Allowed(State), AlsoAllowed(State));
        return Append(id, logits);
    }

    /// <summary>Computes the distribution of a token.</summary>
    /// <param name="logits">[tokenizer's vocabulary].</param>
    /// <param name="state">How far the constraint has read before it.</param>
    /// <param name="distribution">Takes it.</param>
    public void Shape(ReadOnlySpan<float> logits, GrammarState? state, TokenDistribution distribution) =>
        Sampler.Shape(logits, Allowed(state), AlsoAllowed(state), distribution);

    /// <summary>Whether an id ends the text.</summary>
    public bool IsEnd(int id) => _endIds.Contains(id);

    /// <summary>How far the constraint has read after a token; null without a constraint.</summary>
    public GrammarState? StateAfter(GrammarState? state, int id) => state is null
        ? null
        : _options.Constraint!.Next(state, id) ?? throw new InvalidOperationException($"token {id} was chosen against the constraint");

    /// <summary>Takes a token that was chosen and counted.</summary>
    /// <param name="id">The token.</param>
    /// <param name="logits">What it was chosen from.</param>
    public GenerationStep Append(int id, ReadOnlySpan<float> logits)
    {
        if (IsEnd(id))
        {
            return new(_sample, null, Rest(), null, FinishReason.Stop);
        }

        Count++;
        State = StateAfter(State, id);
        var logProbabilities = _options.LogProbabilities is { } top ? _buffers.LogProbabilities.Read(logits, id, top) : null;
        var text = _stops.Append(_decoder.Append(id));
        if (_stops.IsStopped)
        {
            return new(_sample, id, text, logProbabilities, FinishReason.Stop);
        }

        FinishReason? finish = State is { IsLast: true } ? FinishReason.Stop : Count >= _limit ? FinishReason.Length : null;
        return new(_sample, id, finish is null ? text : text + Rest(), logProbabilities, finish);
    }

    private string Rest() => _stops.Append(_decoder.Flush()) + _stops.Flush();

    private ReadOnlySpan<ulong> Allowed(GrammarState? state) => state is null ? [] : _options.Constraint!.Allowed(state);

    private ReadOnlySpan<int> AlsoAllowed(GrammarState? state) => state is { IsComplete: true } ? _endIds : [];
}
