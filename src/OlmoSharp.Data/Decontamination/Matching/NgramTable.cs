using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Decontamination.Matching;

/// <summary>Numbers n-grams by their hashes.</summary>
internal sealed class NgramTable
{
    private ulong[] _hashes = new ulong[1 << 10];
    private int[] _numbers = new int[1 << 10];
    private int _shift = 64 - 10;

    /// <summary>How many different n-grams there are.</summary>
    public int Count { get; private set; }

    /// <summary>All n-grams, in no particular order.</summary>
    public IEnumerable<(ulong Hash, int Number)> Hashes
    {
        get
        {
            for (var i = 0; i < _hashes.Length; i++)
            {
                if (_numbers[i] != 0)
                {
                    yield return (_hashes[i], _numbers[i] - 1);
                }
            }
        }
    }

    /// <summary>The number of an n-gram, from 0, in the order in which they came.</summary>
    public int Add(ulong hash)
    {
        if (2 * Count >= _hashes.Length)
        {
            Grow();
        }

        var at = Slot(hash);
        if (_numbers[at] == 0)
        {
            _hashes[at] = hash;
            _numbers[at] = ++Count;
        }

        return _numbers[at] - 1;
    }

    /// <summary>The number of an n-gram, or −1.</summary>
    public int Find(ulong hash) => _numbers[Slot(hash)] - 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Slot(ulong hash)
    {
        ref var hashes = ref MemoryMarshal.GetArrayDataReference(_hashes);
        ref var numbers = ref MemoryMarshal.GetArrayDataReference(_numbers);
        var mask = _hashes.Length - 1;
        var at = (int)(hash >> _shift);
        while (Unsafe.Add(ref numbers, at) != 0 && Unsafe.Add(ref hashes, at) != hash)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private void Grow()
    {
        var (hashes, numbers) = (_hashes, _numbers);
        _hashes = new ulong[2 * hashes.Length];
        _numbers = new int[2 * hashes.Length];
        _shift = 64 - BitOperations.Log2((uint)_hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            if (numbers[i] != 0)
            {
                var at = Slot(hashes[i]);
                (_hashes[at], _numbers[at]) = (hashes[i], numbers[i]);
            }
        }
    }
}
