using OlmoSharp.Models;

namespace OlmoSharp.Inference.Engines;

/// <summary>What every engine demands of its inputs.</summary>
/// <param name="config">The model.</param>
/// <param name="owner">Whose the sequences must be.</param>
internal sealed class InputCheck(ModelConfig config, object owner)
{
    private long _batch;

    /// <summary>Checks a batch.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="elements">Elements that there is room for.</param>
    /// <param name="width">Elements a row.</param>
    /// <returns>Tokens of all inputs.</returns>
    /// <exception cref="InferenceException">A sequence would pass the model's context, or a token is none of the model's.</exception>
    /// <exception cref="ArgumentException">A sequence is another engine's or there twice, an input has no tokens, or the rows do not fit.</exception>
    /// <exception cref="ObjectDisposedException">A sequence has been disposed.</exception>
    public long Run(IReadOnlyList<EngineInput> inputs, int elements, int width)
    {
        _batch++;
        long rows = 0, tokens = 0;
        for (var i = 0; i < inputs.Count; i++)
        {
            var input = inputs[i];
            CheckSequence(input.Sequence, i);
            CheckTokens(input.Tokens.Span, input.Sequence.Length, i);
            if (input.LogitRows < 0 || input.LogitRows > input.Tokens.Length)
            {
                throw new ArgumentException($"input {i} has {input.Tokens.Length} tokens, but {input.LogitRows} rows are asked for");
            }

            rows += input.LogitRows;
            tokens += input.Tokens.Length;
        }

        return elements >= rows * width
            ? tokens
            : throw new ArgumentException($"{rows} rows of {width} do not fit into {elements} elements", nameof(elements));
    }

    private void CheckSequence(IEngineSequence sequence, int number)
    {
        if (sequence is not IOwnedSequence owned || owned.Owner != owner)
        {
            throw new ArgumentException($"the sequence of input {number} is not of this engine");
        }

        ObjectDisposedException.ThrowIf(owned.IsDisposed, owned);
        if (owned.Batch == _batch)
        {
            throw new ArgumentException($"the sequence of input {number} is there twice");
        }

        owned.Batch = _batch;
    }

    private void CheckTokens(ReadOnlySpan<int> tokens, int length, int number)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException($"input {number} has no tokens");
        }

        if (tokens.Length > config.ContextLength - length)
        {
            throw new InferenceException($"{tokens.Length} tokens after {length} pass the model's context of {config.ContextLength}; shorten the text");
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)config.VocabularySize)
            {
                throw new InferenceException($"token {token} is none of the model's: it has 0 to {config.VocabularySize - 1}; is the tokenizer another model's?");
            }
        }
    }
}
