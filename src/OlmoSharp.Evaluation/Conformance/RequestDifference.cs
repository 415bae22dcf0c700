using System.Globalization;
using System.Text;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>One place where our request is not the reference's.</summary>
/// <param name="Place">File and line of the reference.</param>
/// <param name="DocumentId">The document's number in the file.</param>
/// <param name="Index">The choice.</param>
/// <param name="Field">What differs, such as <c>context</c>; <c>missing</c> or <c>extra</c> for a whole request.</param>
/// <param name="Expected">What the reference has.</param>
/// <param name="Actual">What we have.</param>
public sealed record RequestDifference(string Place, int DocumentId, int Index, string Field, string Expected, string Actual)
{
    private const int Around = 40;

    /// <summary>The first character, from 0, that differs.</summary>
    public int FirstDifference
    {
        get
        {
            var place = Expected.AsSpan().CommonPrefixLength(Actual);
            return place > 0 && char.IsHighSurrogate(Expected, place - 1) ? place - 1 : place;
        }
    }

    /// <summary>What the reference has around the first character that differs, escaped.</summary>
    public string ExpectedExcerpt => Excerpt(Expected);

    /// <summary>What we have around the first character that differs, escaped.</summary>
    public string ActualExcerpt => Excerpt(Actual);

    private string Excerpt(string text)
    {
        var start = Math.Max(0, FirstDifference - Around);
        var end = Math.Min(text.Length, FirstDifference + Around);
        return (start > 0 ? "…" : "") + Escaped(text.AsSpan(start, end - start)) + (end < text.Length ? "…" : "");
    }

    private static string Escaped(ReadOnlySpan<char> text)
    {
        var escaped = new StringBuilder("\"", text.Length + 2);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                _ when char.IsControl(character) || (char.IsWhiteSpace(character) && character != ' ') || char.IsSurrogate(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format
                    => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}"),
                _ => escaped.Append(character),
            };
        }

        return escaped.Append('"').ToString();
    }
}
