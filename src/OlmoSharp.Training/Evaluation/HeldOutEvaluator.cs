using OlmoSharp.Models;
using OlmoSharp.Torch.Operators;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Evaluation;

/// <summary>Measures the loss and bits per byte of a model on held-out token shards.</summary>
public static class HeldOutEvaluator
{
    /// <summary>
    /// Predicts every token of a source once, in blocks of the sequence length, each block beginning with the token before it (the
    /// first with an end-of-text token).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The text.</param>
    /// <param name="sequenceLength">Tokens a block.</param>
    /// <param name="batchSize">Blocks at once.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="TrainingException">The shards do not say how many bytes of text they hold.</exception>
    public static HeldOutScore Evaluate(
        Transformer model, HeldOutSource source, int sequenceLength, int batchSize, CancellationToken cancellation = default)
    {
        var bytes = source.Shards.Utf8ByteCount
            ?? throw new TrainingException(
                $"held-out source '{source.Name}': its shards have no side-car and so do not say how many bytes of text they hold; "
                + "write them with 'olmo data tokens'");
        var endOfText = model.Config.EndOfTextId;
        long count = source.Shards.TokenCount, blocks = (count + sequenceLength - 1) / sequenceLength;
        var nats = 0.0;
        var block = new int[sequenceLength];
        using var _ = no_grad();
        for (long first = 0; first < blocks; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = (int)Math.Min(batchSize, blocks - first);
            var tokens = new long[rows * sequenceLength];
            var targets = new long[rows * sequenceLength];
            Array.Fill(tokens, endOfText);
            Array.Fill(targets, LinearCrossEntropy.IgnoredTarget);
            for (var row = 0; row < rows; row++)
            {
                var begin = (first + row) * sequenceLength;
                var length = (int)Math.Min(sequenceLength, count - begin);
                source.Shards.Read(begin, block.AsSpan(0, length));
                var at = row * sequenceLength;
                if (begin > 0)
                {
                    Span<int> previous = [0];
                    source.Shards.Read(begin - 1, previous);
                    tokens[at] = previous[0];
                }

                for (var i = 0; i < length; i++)
                {
                    targets[at + i] = block[i];
                    if (i + 1 < sequenceLength)
                    {
                        tokens[at + i + 1] = block[i];
                    }
                }
            }

            long[] shape = [rows, sequenceLength];
            var loss = model.Loss(tensor(tokens, shape, device: model.Device), tensor(targets, shape, device: model.Device), 1, 0);
            nats += loss.CrossEntropy.sum().item<double>();
        }

        return new(nats, count, bytes);
    }
}
