using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Inference.Generation;

/// <summary>
/// Speculative decoding (Leviathan, Kalman and Matias 2023, <see href="https://arxiv.org/abs/2211.17192"/>): a small model draws a few tokens, the model computes its own distributions
/// after each in one pass, and keeps a token x with probability min(1, p(x) / q(x)); in place of the first refused one it draws from max(0, p − q), normalised. The text then has the
/// model's own distribution, and at temperature 0 is the model's own text.
/// </summary>
internal sealed class SpeculativeDecoder : IDisposable
{
    private readonly IInferenceEngine _engine;
    private readonly DraftModel _draft;
    private readonly int _vocabulary;
    private readonly KeptPrefix _draftPrefix;
    private readonly TokenDistribution _distribution = new();
    private readonly TokenDistribution[] _proposals;
    private readonly int[] _proposed;
    private float[] _logits = [];
    private float[] _draftLogits = [];

    /// <summary>Joins two engines.</summary>
    /// <param name="engine">Runs the model.</param>
    /// <param name="draft">Proposes.</param>
    /// <param name="vocabulary">Ids of their tokenizer.</param>
    public SpeculativeDecoder(IInferenceEngine engine, DraftModel draft, int vocabulary)
    {
        if (draft.Tokens < 1)
        {
            throw new InferenceException($"the draft model is to propose {draft.Tokens} tokens at once, but must propose at least 1");
        }

        (_engine, _draft, _vocabulary) = (engine, draft, vocabulary);
        _draftPrefix = new(draft.Engine);
        _proposals = [.. Enumerable.Range(0, draft.Tokens).Select(_ => new TokenDistribution())];
        _proposed = new int[draft.Tokens];
    }

    /// <summary>Tokens that were proposed so far.</summary>
    public long Proposed { get; private set; }

    /// <summary>How many of them were kept.</summary>
    public long Kept { get; private set; }

    /// <summary>Generates a text.</summary>
    /// <param name="prompt">Ids before.</param>
    /// <param name="text">The text.</param>
    /// <param name="prefix">What the engine keeps from prompt to prompt.</param>
    /// <param name="cancellation">Stops between tokens.</param>
    public IEnumerable<GenerationStep> Decode(IReadOnlyList<int> prompt, GeneratedSequence text, KeptPrefix prefix, CancellationToken cancellation)
    {
        List<int> tokens = [.. prompt];
        var sequence = prefix.Take(prompt);
        var drafting = _draftPrefix.Take(prompt);
        try
        {
            // Logits within the prompt are not needed, so all but its last token go first.
            if (tokens.Count - 1 > sequence.Length)
            {
                Forward(_engine, sequence, tokens[sequence.Length..^1], false, ref _logits);
            }

            for (var ended = false; !ended;)
            {
                cancellation.ThrowIfCancellationRequested();
                var count = Propose(text, tokens, drafting);
                Forward(_engine, sequence, [.. tokens[sequence.Length..], .. _proposed.AsSpan(0, count)], true, ref _logits);
                var kept = true;
                for (var i = 0; i <= count && kept && !ended; i++)
                {
                    var id = Judge(text, i, count, out kept);
                    var step = text.Append(id, Row(_logits, _engine, i));
                    ended = step.Finish is not null;
                    if (step.Id is not null)
                    {
                        tokens.Add(id);
                    }

                    yield return step;
                }

                // The last token was chosen, but not yet seen by either model.
                sequence.Truncate(Math.Min(sequence.Length, tokens.Count - 1));
                drafting.Truncate(Math.Min(drafting.Length, tokens.Count - 1));
            }
        }
        finally
        {
            // Where the caller stops early, the models may have seen tokens that were never chosen.
            sequence.Truncate(Math.Min(sequence.Length, tokens.Count - 1));
            drafting.Truncate(Math.Min(drafting.Length, tokens.Count - 1));
            prefix.Return(sequence, tokens);
            _draftPrefix.Return(drafting, tokens);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _draftPrefix.Dispose();
        _draft.Engine.Dispose();
    }

    /// <summary>Draws tokens from the small model, none that could not be kept.</summary>
    private int Propose(GeneratedSequence text, List<int> tokens, IEngineSequence drafting)
    {
        var most = Math.Min(Math.Min(_draft.Tokens, text.Remaining - 1), _draft.Engine.Config.ContextLength - tokens.Count);
        var state = text.State;
        var count = 0;
        for (IReadOnlyList<int> unseen = most > 0 ? tokens[drafting.Length..] : []; count < most; unseen = [_proposed[count - 1]])
        {
            Forward(_draft.Engine, drafting, [.. unseen], false, ref _draftLogits);
            text.Shape(Row(_draftLogits, _draft.Engine, 0), state, _proposals[count]);
            var id = _proposed[count] = text.Sampler.Draw(_proposals[count]);
            count++;
            text.Sampler.Count(id);
            if (text.IsEnd(id) || (state = text.StateAfter(state, id)) is { IsLast: true })
            {
                break;
            }
        }

        for (var i = 0; i < count; i++)
        {
            text.Sampler.Uncount(_proposed[i]);
        }

        Proposed += count;
        return count;
    }

    /// <summary>The next token: the proposed one, or another in its place.</summary>
    private int Judge(GeneratedSequence text, int place, int count, out bool kept)
    {
        text.Shape(Row(_logits, _engine, place), text.State, _distribution);
        kept = place < count && text.Sampler.Decide(_distribution.Probability(_proposed[place]) / _proposals[place].Probability(_proposed[place]));
        var id = kept ? _proposed[place]
            : place < count ? text.Sampler.DrawBeyond(_distribution, _proposals[place])
            : text.Sampler.Draw(_distribution);
        text.Sampler.Count(id);
        Kept += kept ? 1 : 0;
        return id;
    }

    private static void Forward(IInferenceEngine engine, IEngineSequence sequence, IEnumerable<int> tokens, bool all, ref float[] logits)
    {
        EngineInput input = new(sequence, tokens.ToArray(), all);
        var size = input.LogitRows * engine.Config.VocabularySize;
        if (logits.Length < size)
        {
            logits = new float[size];
        }

        engine.Forward([input], logits.AsSpan(0, size));
    }

    private ReadOnlySpan<float> Row(float[] logits, IInferenceEngine engine, int row) => logits.AsSpan(row * engine.Config.VocabularySize, _vocabulary);
}
