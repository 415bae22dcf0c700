using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OlmoSharp.Evaluation.Sampling;

/// <summary>
/// Python's <c>random.Random</c>, bit for bit: the Mersenne Twister MT19937 with CPython's seeding, <c>getrandbits</c>, <c>sample</c> and <c>shuffle</c>.
/// OLMES draws its documents and examples with it, so that a subsample is the standard's only if these are.
/// </summary>
/// <remarks>Matsumoto and Nishimura, "Mersenne Twister", 1998; CPython's <c>Lib/random.py</c> and <c>Modules/_randommodule.c</c>.</remarks>
public sealed class PythonRandom
{
    private const int StateSize = 624;
    private const int Shift = 397;
    private readonly uint[] _state = new uint[StateSize];
    private int _next = StateSize;

    /// <summary>The generator of <c>random.Random(seed)</c> for a whole number.</summary>
    /// <param name="seed">Its sign is ignored, as Python ignores it.</param>
    public PythonRandom(long seed)
    {
        var magnitude = seed < 0 ? 0UL - (ulong)seed : (ulong)seed;
        Seed(magnitude >> 32 == 0 ? [(uint)magnitude] : [(uint)magnitude, (uint)(magnitude >> 32)]);
    }

    /// <summary>The generator of <c>random.Random(seed)</c> for a text: Python seeds with the text's UTF-8 followed by its SHA-512, as one big-endian number.</summary>
    /// <param name="seed">The text.</param>
    public PythonRandom(string seed)
    {
        var text = Encoding.UTF8.GetBytes(seed);
        byte[] number = [.. text, .. SHA512.HashData(text)];
        Array.Reverse(number);
        Array.Resize(ref number, (number.Length + 3) / 4 * 4);
        var words = new uint[number.Length / 4];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32LittleEndian(number.AsSpan(4 * i));
        }

        var length = words.Length;
        while (length > 1 && words[length - 1] == 0)
        {
            length--;
        }

        Seed(words.AsSpan(0, length));
    }

    /// <summary><c>getrandbits(count)</c> for up to 32 bits.</summary>
    /// <param name="count">Number of bits, 1 to 32.</param>
    public uint NextBits(int count) => NextWord() >> (32 - count);

    /// <summary>A whole number from 0 to <paramref name="limit"/> − 1: <c>_randbelow</c>, which draws as many bits as the limit has until one is below it.</summary>
    /// <param name="limit">At least 1.</param>
    public int NextBelow(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var bits = 32 - int.LeadingZeroCount(limit);
        uint drawn;
        do
        {
            drawn = NextBits(bits);
        }
        while (drawn >= (uint)limit);
        return (int)drawn;
    }

    /// <summary><c>sample(range(populationSize), count)</c>: different indices in the order drawn.</summary>
    /// <param name="populationSize">How many there are to choose from.</param>
    /// <param name="count">How many to draw, at most all.</param>
    public int[] Sample(int populationSize, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, populationSize);
        var result = new int[count];
        if (populationSize <= PoolLimit(count))
        {
            var pool = Enumerable.Range(0, populationSize).ToArray();
            for (var i = 0; i < count; i++)
            {
                var drawn = NextBelow(populationSize - i);
                result[i] = pool[drawn];
                pool[drawn] = pool[populationSize - i - 1];
            }

            return result;
        }

        var chosen = new HashSet<int>();
        for (var i = 0; i < count; i++)
        {
            do
            {
                result[i] = NextBelow(populationSize);
            }
            while (!chosen.Add(result[i]));
        }

        return result;
    }

    /// <summary>Whether a smaller sample of the same seed is the beginning of a greater one: it is where CPython draws both in the same way.</summary>
    /// <param name="populationSize">How many there are to choose from.</param>
    /// <param name="count">The size of the smaller sample.</param>
    /// <param name="greaterCount">The size of the greater one.</param>
    public static bool IsBeginning(int populationSize, int count, int greaterCount) =>
        count <= greaterCount && greaterCount <= populationSize && populationSize <= PoolLimit(count) == (populationSize <= PoolLimit(greaterCount));

    /// <summary><c>shuffle(items)</c>.</summary>
    /// <param name="items">What to shuffle, in place.</param>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = NextBelow(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>The largest population that CPython draws from by emptying a list; from a larger one it draws until an index is new.</summary>
    private static double PoolLimit(int count) => 21 + (count > 5 ? Math.Pow(4, Math.Ceiling(Math.Log(count * 3L) / Math.Log(4))) : 0);

    private void Seed(ReadOnlySpan<uint> key)
    {
        _state[0] = 19650218;
        for (var i = 1; i < StateSize; i++)
        {
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }

        var place = 1;
        var used = 0;
        for (var k = Math.Max(StateSize, key.Length); k > 0; k--)
        {
            _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1664525u)) + key[used] + (uint)used;
            place = Wrap(place + 1);
            used = used + 1 == key.Length ? 0 : used + 1;
        }

        for (var k = StateSize - 1; k > 0; k--)
        {
            _state[place] = (_state[place] ^ ((_state[place - 1] ^ (_state[place - 1] >> 30)) * 1566083941u)) - (uint)place;
            place = Wrap(place + 1);
        }

        _state[0] = 0x80000000;
    }

    /// <summary>The state's second place after its last, which is carried over to the first.</summary>
    private int Wrap(int place)
    {
        if (place < StateSize)
        {
            return place;
        }

        _state[0] = _state[StateSize - 1];
        return 1;
    }

    private uint NextWord()
    {
        if (_next == StateSize)
        {
            for (var i = 0; i < StateSize; i++)
            {
                var mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % StateSize] & 0x7FFFFFFF);
                _state[i] = _state[(i + Shift) % StateSize] ^ (mixed >> 1) ^ ((mixed & 1) == 0 ? 0 : 0x9908B0DF);
            }

            _next = 0;
        }

        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C5680;
        word ^= (word << 15) & 0xEFC60000;
        return word ^ (word >> 18);
    }
}
