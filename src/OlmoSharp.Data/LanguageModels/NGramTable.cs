using System.Numerics;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.LanguageModels;

/// <summary>An open-addressing hash table from packed n-grams to values, a third of the memory and time of a dictionary. Key 0 means an empty slot.</summary>
/// <typeparam name="TValue">What is stored with an n-gram.</typeparam>
internal sealed class NGramTable<TValue>
    where TValue : struct
{
    private const int SmallestBits = 8;

    private ulong[] _keys = new ulong[1 << SmallestBits];
    private TValue[] _values = new TValue[1 << SmallestBits];
    private int _shift = 64 - SmallestBits;

    /// <summary>Number of n-grams.</summary>
    public int Count { get; private set; }

    /// <summary>The value of an n-gram, added as default when new. Valid until the next call.</summary>
    public ref TValue GetOrAdd(ulong key)
    {
        int slot = Find(key);
        if (_keys[slot] == 0)
        {
            // At most two thirds full: probes stay short.
            if (Count >= _keys.Length / 3 * 2)
            {
                Grow();
                slot = Find(key);
            }

            _keys[slot] = key;
            Count++;
        }

        return ref _values[slot];
    }

    /// <summary>The value of an n-gram, or a null reference when it is not there.</summary>
    public ref readonly TValue GetOrNull(ulong key)
    {
        int slot = Find(key);
        return ref _keys[slot] == 0 ? ref Unsafe.NullRef<TValue>() : ref _values[slot];
    }

    /// <summary>Calls <paramref name="visit"/> for every n-gram, in no particular order.</summary>
    public void ForEach(Action<ulong, TValue> visit)
    {
        for (int slot = 0; slot < _keys.Length; slot++)
        {
            if (_keys[slot] != 0)
            {
                visit(_keys[slot], _values[slot]);
            }
        }
    }

    private int Find(ulong key)
    {
        ulong[] keys = _keys;
        int slot = (int)((key * 0x9E3779B97F4A7C15) >> _shift);
        while (keys[slot] != key && keys[slot] != 0)
        {
            slot = (slot + 1) & (keys.Length - 1);
        }

        return slot;
    }

    private void Grow()
    {
        (ulong[] keys, TValue[] values) = (_keys, _values);
        _keys = new ulong[keys.Length * 2];
        _values = new TValue[keys.Length * 2];
        _shift = 64 - BitOperations.Log2((uint)_keys.Length);
        for (int old = 0; old < keys.Length; old++)
        {
            if (keys[old] != 0)
            {
                int slot = Find(keys[old]);
                _keys[slot] = keys[old];
                _values[slot] = values[old];
            }
        }
    }
}
