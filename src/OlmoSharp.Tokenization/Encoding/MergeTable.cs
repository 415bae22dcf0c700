using System.Numerics;

namespace OlmoSharp.Tokenization;

/// <summary>Which two tokens merge into which, and which merge comes first. An open-addressing table: a lookup is the innermost step of encoding.</summary>
internal sealed class MergeTable
{
    private const ulong Empty = ulong.MaxValue;

    private readonly ulong[] _pairs;
    private readonly ulong[] _merges;
    private readonly int _shift;

    /// <summary>Creates a table.</summary>
    /// <param name="merges">The merges in order of rank: the tokens merged and the token that results.</param>
    public MergeTable(IReadOnlyList<BpeMerge> merges)
    {
        int bits = Math.Max(4, BitOperations.Log2((uint)Math.Max(1, merges.Count)) + 2);
        _pairs = new ulong[1 << bits];
        _merges = new ulong[1 << bits];
        _shift = 64 - bits;
        Array.Fill(_pairs, Empty);
        for (int rank = 0; rank < merges.Count; rank++)
        {
            BpeMerge merge = merges[rank];
            ulong pair = Pair(merge.Left, merge.Right);
            int slot = SlotOf(pair);
            while (_pairs[slot] != Empty && _pairs[slot] != pair)
            {
                slot = (slot + 1) & (_pairs.Length - 1);
            }
            _pairs[slot] = pair;
            _merges[slot] = ((ulong)(uint)rank << 32) | (uint)merge.Result;
        }
    }

    /// <summary>Finds the merge of two neighbours.</summary>
    /// <returns>The rank in the high and the resulting id in the low 32 bits, so that the least value is the merge to do first;
    /// <see cref="ulong.MaxValue"/> when the two do not merge.</returns>
    public ulong Find(int left, int right)
    {
        ulong pair = Pair(left, right);
        for (int slot = SlotOf(pair); ; slot = (slot + 1) & (_pairs.Length - 1))
        {
            ulong found = _pairs[slot];
            if (found == pair)
            {
                return _merges[slot];
            }
            if (found == Empty)
            {
                return ulong.MaxValue;
            }
        }
    }

    private static ulong Pair(int left, int right) => ((ulong)(uint)left << 32) | (uint)right;

    private int SlotOf(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15) >> _shift);
}
