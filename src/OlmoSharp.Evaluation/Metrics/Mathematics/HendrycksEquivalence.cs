using System.Globalization;
using System.Numerics;
using System.Text;

namespace OlmoSharp.Evaluation.Metrics.Mathematics;

/// <summary>Equality of answers as strings in a normal form, as the MATH dataset defines it (Hendrycks et al. 2021).</summary>
internal static class HendrycksEquivalence
{
    /// <summary>Whether two answers have the same normal form; those that have none are compared as they are.</summary>
    public static bool AreEqual(string first, string second) => (Normalize(first), Normalize(second)) switch
    {
        (null, _) or (_, null) => first == second,
        var (one, other) => one == other,
    };

    /// <summary>The normal form, or null where its rules break down (a <c>\frac</c> or <c>\sqrt</c> at the end, two texts of units).</summary>
    public static string? Normalize(string answer)
    {
        var text = new StringBuilder(answer)
            .Replace("\n", "").Replace(@"\!", "").Replace(@"\\", @"\").Replace("tfrac", "frac").Replace("dfrac", "frac")
            .Replace(@"\left", "").Replace(@"\right", "").Replace(@"^{\circ}", "").Replace(@"^\circ", "").Replace(@"\$", "").ToString();
        var parts = text.Split(@"\text{ ");
        if (parts.Length > 2)
        {
            return null;
        }

        // Units stand to the right.
        text = parts[0].Replace(@"\%", "", StringComparison.Ordinal).Replace(" .", " 0.", StringComparison.Ordinal).Replace("{.", "{0.", StringComparison.Ordinal);
        if (text.Length == 0)
        {
            return text;
        }

        text = text[0] == '.' ? "0" + text : text;
        var sides = text.Split('=');
        text = sides.Length == 2 && sides[0].Length <= 2 ? sides[1] : text;
        if (BraceRoots(text) is not { } rooted || BraceFractions(rooted.Replace(" ", "", StringComparison.Ordinal)) is not { } braced)
        {
            return null;
        }

        return Slash(braced == "0.5" ? @"\frac{1}{2}" : braced);
    }

    private static string? BraceRoots(string text)
    {
        var parts = text.Split(@"\sqrt");
        return parts.Skip(1).Any(part => part.Length == 0)
            ? null
            : parts[0] + string.Concat(parts.Skip(1).Select(part => part[0] == '{' ? @"\sqrt" + part : $@"\sqrt{{{part[0]}}}{part[1..]}"));
    }

    private static string? BraceFractions(string text)
    {
        var parts = text.Split(@"\frac");

        // A fraction without arguments has no normal form, one of one character leaves everything as it was.
        return parts.Skip(1).FirstOrDefault(part => part.Length == 0 || (part.Length == 1 && part[0] != '{')) is { } broken
            ? broken.Length == 0 ? null : text
            : parts[0] + string.Concat(parts.Skip(1).Select(part =>
                part[0] == '{' ? @"\frac" + part : part[1] == '{' ? $@"\frac{{{part[0]}}}{part[1..]}" : $@"\frac{{{part[0]}}}{{{part[1]}}}{part[2..]}"));
    }

    // a/b of two integers is a fraction if written as the integers would be (no plus, no leading zeros); of anything else it has no normal form.
    private static string? Slash(string text)
    {
        var parts = text.Split('/');
        if (parts.Length != 2)
        {
            return text;
        }

        return BigInteger.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var above) &&
            BigInteger.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var below)
            ? text == $"{above}/{below}" ? $@"\frac{{{above}}}{{{below}}}" : text
            : null;
    }
}
