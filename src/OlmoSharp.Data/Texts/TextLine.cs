namespace OlmoSharp.Data.Texts;

/// <summary>A line of a text, or a paragraph, which is a line with its <c>\n</c>.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
/// <param name="CodePointStart">Its first code point.</param>
/// <param name="CodePointEnd">The code point after its last.</param>
/// <param name="FirstWord">The place of its first word among the text's words.</param>
/// <param name="WordCount">How many words it has.</param>
public readonly record struct TextLine(int Start, int End, int CodePointStart, int CodePointEnd, int FirstWord, int WordCount)
{
    /// <summary>Its length in code points.</summary>
    public int CodePoints => CodePointEnd - CodePointStart;
}
