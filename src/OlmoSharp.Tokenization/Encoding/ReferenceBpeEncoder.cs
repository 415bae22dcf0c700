using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Byte-level BPE written to be read. Of all merges that apply to a pre-token the one with the least rank is done, the leftmost first, until none applies
/// (Sennrich et al. 2016; the order of Hugging Face tokenizers). Its time grows as n log n with the length of a pre-token.</summary>
internal sealed class ReferenceBpeEncoder(BpeModel model, PreTokenPattern pattern) : BpeEncoder
{
    private const int None = -1;

    /// <inheritdoc/>
    public override BpeEncoderKind Kind => BpeEncoderKind.Reference;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = PreTokenScanner.End(pattern, text, start);
            byte[] preToken = new byte[Encoding.UTF8.GetByteCount(text[start..end])];
            Encoding.UTF8.GetBytes(text[start..end], preToken);
            EncodePreToken(model, preToken, ids);
        }
    }

    /// <summary>Appends the ids of one pre-token.</summary>
    public static void EncodePreToken(BpeModel model, ReadOnlySpan<byte> preToken, List<int> ids)
    {
        if (model.TryFindWhole(preToken, out int whole))
        {
            ids.Add(whole);
            return;
        }

        // The tokens so far are a doubly linked list over the positions of their first bytes.
        int[] tokens = new int[preToken.Length];
        int[] previous = new int[preToken.Length];
        int[] next = new int[preToken.Length];
        for (int i = 0; i < preToken.Length; i++)
        {
            tokens[i] = model.ByteId(preToken[i]);
            previous[i] = i - 1;
            next[i] = i + 1 < preToken.Length ? i + 1 : None;
        }

        PriorityQueue<(int Position, int Left, int Right), (int Rank, int Position)> candidates = new();
        for (int i = 0; i + 1 < preToken.Length; i++)
        {
            AddCandidate(i);
        }

        while (candidates.TryDequeue(out (int Position, int Left, int Right) candidate, out _))
        {
            int position = candidate.Position;
            int right = next[position];
            if (right == None || tokens[position] != candidate.Left || tokens[right] != candidate.Right)
            {
                continue; // an earlier merge took one of the two
            }
            tokens[position] = (int)(uint)model.MergeTable.Find(candidate.Left, candidate.Right);
            tokens[right] = None;
            next[position] = next[right];
            if (next[position] != None)
            {
                previous[next[position]] = position;
                AddCandidate(position);
            }
            if (previous[position] != None)
            {
                AddCandidate(previous[position]);
            }
        }

        for (int i = 0; i != None; i = next[i])
        {
            ids.Add(tokens[i]);
        }

        void AddCandidate(int position)
        {
            ulong merge = model.MergeTable.Find(tokens[position], tokens[next[position]]);
            if (merge != ulong.MaxValue)
            {
                candidates.Enqueue((position, tokens[position], tokens[next[position]]), ((int)(merge >> 32), position));
            }
        }
    }
}
