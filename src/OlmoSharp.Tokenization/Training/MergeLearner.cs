using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Learns merges one by one. All pre-tokens lie one after another in one array; for every pair of neighbours the places where it occurs are known,
/// so that a merge costs as much as the merged pair has occurrences.</summary>
internal sealed class MergeLearner
{
    private const int ByteCount = 256;
    private const int None = -1;

    // By position of a token's first byte: the token, where its neighbours in the pre-token start, and how often the pre-token occurs.
    private readonly int[] _tokens;
    private readonly int[] _previous;
    private readonly int[] _next;
    private readonly long[] _frequencies;

    private readonly Dictionary<(int Left, int Right), Pair> _pairs = [];
    private readonly PriorityQueue<(int Left, int Right), (long Count, int Left, int Right)> _candidates = new(Comparer<(long Count, int Left, int Right)>.Create(Precedence));
    private readonly List<BpeMerge> _merges = [];

    /// <summary>Takes the pre-tokens and how often each occurs.</summary>
    public MergeLearner(IReadOnlyDictionary<string, long> preTokens)
    {
        int length = preTokens.Keys.Sum(Encoding.UTF8.GetByteCount);
        _tokens = new int[length];
        _previous = new int[length];
        _next = new int[length];
        _frequencies = new long[length];
        byte[] bytes = [];
        int start = 0;
        foreach ((string preToken, long frequency) in preTokens)
        {
            int count = Encoding.UTF8.GetByteCount(preToken);
            if (bytes.Length < count)
            {
                bytes = new byte[count];
            }
            Encoding.UTF8.GetBytes(preToken, bytes);
            for (int i = 0; i < count; i++)
            {
                _tokens[start + i] = bytes[i];
                _previous[start + i] = i == 0 ? None : start + i - 1;
                _next[start + i] = i == count - 1 ? None : start + i + 1;
                _frequencies[start + i] = frequency;
            }
            for (int i = 0; i + 1 < count; i++)
            {
                AddOccurrence(start + i);
            }
            start += count;
        }
        foreach ((int Left, int Right) key in _pairs.Keys)
        {
            AddCandidate(key);
        }
    }

    /// <summary>The merges learned so far, in order.</summary>
    public IReadOnlyList<BpeMerge> Merges => _merges;

    /// <summary>Learns the next merge; false when no pair occurs often enough.</summary>
    public bool TryMerge(long minFrequency)
    {
        while (_candidates.TryDequeue(out (int Left, int Right) key, out (long Count, int, int) precedence))
        {
            // A pair loses occurrences to merges of its neighbours, and gains none once the merge that made its younger token is done.
            long count = _pairs[key].Count;
            if (count != precedence.Count)
            {
                AddCandidate(key);
            }
            else if (count < minFrequency)
            {
                return false;
            }
            else
            {
                Merge(key);
                return true;
            }
        }
        return false;
    }

    private static int Precedence((long Count, int Left, int Right) x, (long Count, int Left, int Right) y) =>
        x.Count != y.Count ? y.Count.CompareTo(x.Count)
        : x.Left != y.Left ? x.Left.CompareTo(y.Left)
        : x.Right.CompareTo(y.Right);

    private void Merge((int Left, int Right) key)
    {
        _pairs.Remove(key, out Pair? pair);
        int result = ByteCount + _merges.Count;
        _merges.Add(new BpeMerge(key.Left, key.Right, result));
        HashSet<(int Left, int Right)> created = [];

        // Positions ascend, so that of overlapping occurrences the leftmost is merged, as in encoding.
        foreach (int position in pair!.Positions)
        {
            int right = _next[position];
            if (_tokens[position] != key.Left || right == None || _tokens[right] != key.Right)
            {
                continue;
            }
            int previous = _previous[position];
            int next = _next[right];
            if (previous != None)
            {
                RemoveOccurrence(previous);
            }
            if (next != None)
            {
                RemoveOccurrence(right);
            }
            _tokens[position] = result;
            _tokens[right] = None;
            _next[position] = next;
            if (next != None)
            {
                _previous[next] = position;
                created.Add(AddOccurrence(position));
            }
            if (previous != None)
            {
                created.Add(AddOccurrence(previous));
            }
        }
        foreach ((int Left, int Right) newKey in created)
        {
            AddCandidate(newKey);
        }
    }

    private (int Left, int Right) AddOccurrence(int position)
    {
        (int Left, int Right) key = (_tokens[position], _tokens[_next[position]]);
        ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, key, out _);
        pair ??= new Pair();
        pair.Count += _frequencies[position];
        pair.Positions.Add(position);
        return key;
    }

    private void RemoveOccurrence(int position)
    {
        // The pair that is being merged is no longer there.
        if (_pairs.TryGetValue((_tokens[position], _tokens[_next[position]]), out Pair? pair))
        {
            pair.Count -= _frequencies[position];
        }
    }

    private void AddCandidate((int Left, int Right) key)
    {
        long count = _pairs[key].Count;
        if (count > 0)
        {
            _candidates.Enqueue(key, (count, key.Left, key.Right));
        }
        else
        {
            _pairs.Remove(key);
        }
    }

    private sealed class Pair
    {
        public long Count { get; set; }

        public List<int> Positions { get; } = [];
    }
}
