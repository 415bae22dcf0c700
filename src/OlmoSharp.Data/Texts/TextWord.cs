namespace OlmoSharp.Data.Texts;

/// <summary>A word: the longest run without white space (see <see cref="WhiteSpace"/>), as Python's <c>str.split</c> gives it.</summary>
/// <param name="Hash">A hash of its bytes that stands for equality inside the document (see <see cref="TextHash"/>).</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="CodePoints">Its length in code points.</param>
/// <param name="Traits">What is in it.</param>
public readonly record struct TextWord(ulong Hash, int Start, int Length, int CodePoints, WordTraits Traits)
{
    /// <summary>The byte after its last.</summary>
    public int End => Start + Length;
}
