using System.Globalization;
using System.Text.RegularExpressions;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>How one value is set: Python's format specifications, of <c>str.format</c> and of <c>%</c>.</summary>
/// <param name="Fill">What fills the width.</param>
/// <param name="Alignment">One of &lt;, &gt;, ^ and =; null: as the type has it.</param>
/// <param name="Sign">What stands before numbers that are not negative: + or a space; null: nothing.</param>
/// <param name="IsAlternate">Whether other bases have their prefix.</param>
/// <param name="Width">The least characters.</param>
/// <param name="Grouping">Between thousands; null: nothing.</param>
/// <param name="Precision">Digits, or the most characters of a text.</param>
/// <param name="Type">The presentation type.</param>
internal sealed partial record FormatSpec(char Fill, char? Alignment, char? Sign, bool IsAlternate, int Width, char? Grouping, int? Precision, char? Type)
{
    [GeneratedRegex(@"\A(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]{0,6})(?<grouping>[,_])?(?:\.(?<precision>[0-9]{1,6}))?(?<type>[a-zA-Z%])?\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern { get; }

    /// <summary>Reads a specification of <c>str.format</c>.</summary>
    /// <exception cref="TemplateFault">It is none.</exception>
    public static FormatSpec Parse(string text)
    {
        var match = Pattern.Match(text);
        if (!match.Success)
        {
            throw new TemplateFault($"invalid format specifier '{text}'");
        }

        var zero = match.Groups["zero"].Success && !match.Groups["align"].Success;
        return new(
            Letter("fill") ?? (zero ? '0' : ' '), Letter("align") ?? (zero ? '=' : null), Letter("sign") is '-' ? null : Letter("sign"), match.Groups["alternate"].Success,
            Number("width") ?? 0, Letter("grouping"), Number("precision"), Letter("type"));

        char? Letter(string group) => match.Groups[group] is { Success: true, Length: > 0 } found ? found.Value[0] : null;

        int? Number(string group) => match.Groups[group] is { Success: true, Length: > 0 } found ? int.Parse(found.Value, CultureInfo.InvariantCulture) : null;
    }

    /// <summary>Sets a value.</summary>
    /// <exception cref="TemplateFault">The type does not go with it.</exception>
    public MarkedText Apply(object? value, RenderBudget budget)
    {
        budget.SpendText(Width + (Precision ?? 0));
        if (Number.Is(value) && Type != 's')
        {
            return Padded(new(Grouped(NumberFormat.Of(value is bool ? Number.ToWhole(value) : value!, Type, Precision, IsAlternate)), isForeign: false), Alignment ?? '>');
        }

        var text = value as MarkedText ?? throw new TemplateFault($"unsupported format string passed to {ValueKind.Name(value)}.__format__");
        if (Type is not (null or 's') || Grouping is not null || Sign is not null || IsAlternate || Alignment == '=')
        {
            throw new TemplateFault("a format for numbers is given a str");
        }

        text = Precision is { } most && most < text.Length ? text.Slice(0, text.UnitOf(most)) : text;
        return Padded(text, Alignment ?? '<');
    }

    private MarkedText Padded(MarkedText text, char alignment)
    {
        var missing = Width - text.Length;
        if (missing <= 0)
        {
            return text;
        }

        var signs = alignment == '=' && text.Text is ['-' or '+' or ' ', ..] ? 1 : 0;
        var before = alignment switch { '<' => 0, '^' => missing / 2, _ => missing };
        return new MarkedTextBuilder().Append(text.Slice(0, signs)).Append(new string(Fill, before)).Append(text.Slice(signs, text.Text.Length)).Append(new string(Fill, missing - before)).Build();
    }

    private string Grouped(string number)
    {
        var signed = number.StartsWith('-') || Sign is null ? number : Sign + number;
        if (Grouping is not { } separator)
        {
            return signed;
        }

        var start = signed is ['-' or '+' or ' ', ..] ? 1 : 0;
        var end = signed.AsSpan(start).IndexOfAnyExceptInRange('0', '9') is >= 0 and var other ? start + other : signed.Length;
        for (var i = end - 3; i > start; i -= 3)
        {
            signed = signed.Insert(i, separator.ToString());
        }

        return signed;
    }
}
