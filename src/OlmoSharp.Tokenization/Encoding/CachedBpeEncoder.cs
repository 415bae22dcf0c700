using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Tokenization;

/// <summary>Byte-level BPE made for speed. Text repeats its words, so the ids of a pre-token are worked out once and remembered;
/// each thread that encodes has a memory of its own, so that none waits for another.</summary>
internal sealed class CachedBpeEncoder(BpeModel model, PreTokenPattern pattern) : BpeEncoder
{
    // Beyond these lengths (in bytes) looking for the next merge in a priority queue beats looking through all pairs,
    private const int LongestScanned = 128;

    // and (in UTF-16 units) a pre-token is too unlikely to come again to be worth remembering.
    private const int LongestRemembered = 64;

    private const int MostRemembered = 1 << 16;

    private readonly ConcurrentBag<Memory> _memories = [];

    /// <inheritdoc/>
    public override BpeEncoderKind Kind => BpeEncoderKind.Cached;

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        if (!_memories.TryTake(out Memory? memory))
        {
            memory = new Memory();
        }
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = PreTokenScanner.End(pattern, text, start);
            ReadOnlySpan<char> preToken = text[start..end];
            if (preToken.Length > LongestRemembered)
            {
                EncodePreToken(preToken, ids);
                continue;
            }
            if (!memory.Known.TryGetValue(preToken, out Remembered known))
            {
                known = Remember(memory, preToken);
            }
            if (known.Count == 1)
            {
                ids.Add(known.First);
            }
            else
            {
                ids.AddRange(CollectionsMarshal.AsSpan(memory.Ids).Slice(known.First, known.Count));
            }
        }
        _memories.Add(memory);
    }

    private Remembered Remember(Memory memory, ReadOnlySpan<char> preToken)
    {
        if (memory.Known.Dictionary.Count == MostRemembered)
        {
            memory.Known.Dictionary.Clear();
            memory.Ids.Clear();
        }
        int first = memory.Ids.Count;
        EncodePreToken(preToken, memory.Ids);
        Remembered remembered = new(first, memory.Ids.Count - first);
        if (remembered.Count == 1)
        {
            remembered = new Remembered(memory.Ids[first], 1);
            memory.Ids.RemoveAt(first);
        }
        memory.Known.TryAdd(preToken, remembered);
        return remembered;
    }

    private void EncodePreToken(ReadOnlySpan<char> preToken, List<int> ids)
    {
        int length = Encoding.UTF8.GetByteCount(preToken);
        Span<byte> bytes = length <= LongestScanned ? stackalloc byte[length] : new byte[length];
        Encoding.UTF8.GetBytes(preToken, bytes);
        if (length > LongestScanned)
        {
            ReferenceBpeEncoder.EncodePreToken(model, bytes, ids);
        }
        else if (model.TryFindWhole(bytes, out int whole))
        {
            ids.Add(whole);
        }
        else
        {
            MergeByScanning(bytes, ids);
        }
    }

    private void MergeByScanning(ReadOnlySpan<byte> bytes, List<int> ids)
    {
        MergeTable table = model.MergeTable;
        Span<int> tokens = stackalloc int[bytes.Length];
        Span<ulong> merges = stackalloc ulong[bytes.Length];
        for (int i = 0; i < bytes.Length; i++)
        {
            tokens[i] = model.ByteId(bytes[i]);
        }
        int pairs = bytes.Length - 1;
        for (int i = 0; i < pairs; i++)
        {
            merges[i] = table.Find(tokens[i], tokens[i + 1]);
        }
        while (pairs > 0)
        {
            int best = 0;
            for (int i = 1; i < pairs; i++)
            {
                best = merges[i] < merges[best] ? i : best;
            }
            if (merges[best] == ulong.MaxValue)
            {
                break;
            }
            tokens[best] = (int)(uint)merges[best];
            tokens[(best + 2)..(pairs + 1)].CopyTo(tokens[(best + 1)..]);
            merges[(best + 1)..pairs].CopyTo(merges[best..]);
            pairs--;
            if (best < pairs)
            {
                merges[best] = table.Find(tokens[best], tokens[best + 1]);
            }
            if (best > 0)
            {
                merges[best - 1] = table.Find(tokens[best - 1], tokens[best]);
            }
        }
        ids.AddRange(tokens[..(pairs + 1)]);
    }

    private sealed class Memory
    {
        public Dictionary<string, Remembered>.AlternateLookup<ReadOnlySpan<char>> Known { get; } =
            new Dictionary<string, Remembered>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

        public List<int> Ids { get; } = [];
    }

    /// <summary>Where the ids of a pre-token are: when there is one, <paramref name="First"/> is it; else they start at this index of the memory's ids.</summary>
    private readonly record struct Remembered(int First, int Count);
}
