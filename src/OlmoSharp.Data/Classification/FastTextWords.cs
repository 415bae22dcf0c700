using System.Runtime.CompilerServices;

namespace OlmoSharp.Data.Classification;

/// <summary>
/// The words of a text as fastText finds them in a line: what stands between ASCII white space or zero bytes, up to a word that is the end of a line. A line end
/// itself is white space here.
/// </summary>
/// <param name="text">UTF-8, or any bytes.</param>
internal ref struct FastTextWords(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _end;

    /// <summary>The word.</summary>
    public ReadOnlySpan<byte> Word { get; private set; }

    /// <summary>Its hash.</summary>
    public uint Hash { get; private set; }

    /// <summary>Goes to the next word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext()
    {
        var text = _text;
        var position = _end;
        while (position < text.Length && IsSpace(text[position]))
        {
            position++;
        }

        var start = position;
        var hash = FastTextHash.Start;
        while (position < text.Length && text[position] is var value && !IsSpace(value))
        {
            hash = FastTextHash.Append(hash, value);
            position++;
        }

        _end = position;
        Hash = hash;
        Word = text[start..position];
        return !Word.IsEmpty && !Word.SequenceEqual(ClassifierVocabulary.EndOfLine);
    }

    /// <summary>Whether a byte is white space for fastText.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSpace(byte value) => value <= 32 && (0x1_0000_3E01UL >> value & 1) != 0;
}
