using System.Numerics;
using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.SuffixArrays;

/// <summary>Which suffixes of a sequence are small, that is, less than the next one: a bit for each. The last is large, as the empty suffix is less than it.</summary>
internal readonly struct SuffixTypes(int length)
{
    private readonly ulong[] _small = new ulong[length / 64 + 1];

    /// <summary>Looks at the sequence, from its end.</summary>
    public void Find<T>(ReadOnlySpan<T> sequence)
        where T : unmanaged, IBinaryInteger<T>
    {
        var isSmall = false;
        for (var i = sequence.Length - 2; i >= 0; i--)
        {
            isSmall = sequence[i] < sequence[i + 1] || (isSmall && sequence[i] == sequence[i + 1]);
            _small[i >> 6] |= isSmall ? 1UL << i : 0;
        }
    }

    /// <summary>Whether a suffix is less than the next one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSmall(int suffix) => (_small[suffix >> 6] >> suffix & 1) != 0;

    /// <summary>Whether a suffix is small and that before it is large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsDivision(int suffix) => suffix > 0 && IsSmall(suffix) && !IsSmall(suffix - 1);
}
