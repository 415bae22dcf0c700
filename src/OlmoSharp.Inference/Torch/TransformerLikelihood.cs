using System.Runtime.InteropServices;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Inference.Scoring;
using OlmoSharp.Models;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Torch;

/// <summary>
/// Scores continuations with a model's own forward pass, many texts at once and without a cache: for a model that is in memory and changes, as one in training. Weights are neither copied nor
/// touched, no gradient is recorded, and no random number is drawn. On one machine the same pairs give the same bits. Not thread-safe.
/// </summary>
/// <remarks>
/// Pairs of which one is the beginning of another, such as choices of one token, share a row of the batch; what else contexts have in common is computed for each row, since a batch without a cache
/// takes less time than many short passes with one. Rows are sorted by length, and padded at their ends, which no token before sees.
/// </remarks>
/// <param name="model">The model; it stays the caller's.</param>
public sealed class TransformerLikelihood(Transformer model)
{
    private const int TokensPerPass = 2048;

    /// <summary>Tokens that were computed for all pairs so far, padding included.</summary>
    public long TokensComputed { get; private set; }

    /// <summary>Scores pairs.</summary>
    /// <param name="pairs">The pairs.</param>
    /// <param name="cancellation">Stops between passes.</param>
    /// <returns>The scores in the order of the pairs.</returns>
    /// <exception cref="InferenceException">A pair has no context or no continuation, has a token that is none of the model's, or is longer than the model's context; or the model's logits are no numbers.</exception>
    public IReadOnlyList<ContinuationScore> Score(IReadOnlyList<ContinuationPair> pairs, CancellationToken cancellation = default)
    {
        var tree = ContinuationTree.Build(pairs, model.Config);
        var sheet = new ScoreSheet(tree);
        var rows = Rows(tree);
        using var _ = no_grad();
        for (int first = 0, count; first < rows.Count; first += count)
        {
            cancellation.ThrowIfCancellationRequested();
            count = Math.Clamp(TokensPerPass / rows[first].Tokens.Length, 1, rows.Count - first);
            Compute(rows.GetRange(first, count), sheet);
        }

        return sheet.Scores();
    }

    /// <summary>A row for each longest path, the longest first; what is asked for on the way to several is answered by the first.</summary>
    private static List<Row> Rows(ContinuationTree tree)
    {
        List<Row> rows = [];
        HashSet<ContinuationNode> taken = [];
        Stack<ContinuationNode> open = new([tree.Root]);
        while (open.TryPop(out var node))
        {
            for (var i = node.Children.Count - 1; i >= 0; i--)
            {
                open.Push(node.Children[i]);
            }

            if (node.Children.Count == 0 && node.End > 0)
            {
                List<ScoredToken> asked = [];
                for (var part = node; part is not null && taken.Add(part); part = part.Parent)
                {
                    asked.AddRange(part.Asked);
                }

                rows.Add(new(node.Path, [.. asked.OrderBy(token => token.Place)]));
            }
        }

        return [.. rows.OrderByDescending(row => row.Tokens.Length)];
    }

    private void Compute(List<Row> rows, ScoreSheet sheet)
    {
        using var scope = NewDisposeScope();
        var length = rows[0].Tokens.Length;
        var ids = new long[rows.Count * length];
        List<(long Place, ScoredToken[] Asked)> places = [];
        foreach (var (number, row) in rows.Index())
        {
            var tokens = row.Tokens.Span;
            for (var i = 0; i < tokens.Length; i++)
            {
                ids[(number * length) + i] = tokens[i];
            }

            places.AddRange(row.Asked.GroupBy(token => token.Place).Select(place => ((long)(number * length) + place.Key, place.ToArray())));
        }

        TokensComputed += ids.Length;
        var hidden = model.Hidden(tensor(ids, [rows.Count, length], device: model.Device)).view(-1, model.Config.HiddenSize);
        foreach (var part in places.Chunk(ScoreSheet.MostRows(model.Config.VocabularySize)))
        {
            Fill(hidden, part, sheet);
        }
    }

    private void Fill(Tensor hidden, (long Place, ScoredToken[] Asked)[] places, ScoreSheet sheet)
    {
        using var scope = NewDisposeScope();
        var vocabulary = model.Config.VocabularySize;
        var chosen = hidden.index_select(0, tensor(places.Select(place => place.Place).ToArray(), device: model.Device));
        using var logits = model.Logits(chosen).to_type(ScalarType.Float32).cpu().contiguous();
        try
        {
            Parallel.For(0, places.Length, () => new LogProbabilityReader(), (row, _, reader) =>
            {
                sheet.Fill(MemoryMarshal.Cast<byte, float>(logits.bytes).Slice(row * vocabulary, vocabulary), places[row].Asked, reader);
                return reader;
            }, _ => { });
        }
        catch (AggregateException errors) when (errors.InnerException is InferenceException error)
        {
            // Each row of a broken model says the same.
            throw new InferenceException(error.Message, error);
        }
    }

    private sealed record Row(ReadOnlyMemory<int> Tokens, ScoredToken[] Asked);
}
