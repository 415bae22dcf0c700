using System.Numerics;
using System.Text.RegularExpressions;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Filters of texts; other values are printed first.</summary>
internal static partial class TextFilters
{
    /// <summary>The filters by their names.</summary>
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["upper"] = Plain(TextParts.Upper),
        ["lower"] = Plain(TextParts.Lower),
        ["capitalize"] = Plain(TextParts.Capitalize),
        ["title"] = Plain(Title),
        ["string"] = Plain(text => text),
        ["safe"] = Plain(text => text),
        ["escape"] = Escape,
        ["e"] = Escape,
        ["forceescape"] = Escape,
        ["trim"] = (run, arguments) => arguments.Bind("trim", 1, "value", "chars") is var bound
            ? TextParts.Strip(Counted(run, bound[0]), bound.HasValue(1) ? bound.Text(1) : null, left: true, right: true) : null,
        ["replace"] = (run, arguments) => arguments.Bind("replace", 3, "s", "old", "new", "count") is var bound
            ? TextParts.Replace(Counted(run, bound[0]), run.Text(bound[1]), run.Text(bound[2]), bound.HasValue(3) ? bound.Whole(3) : -1, run.Budget) : null,
        ["join"] = Join,
        ["indent"] = Indent,
        ["center"] = (run, arguments) => TextMethods.Find(run, Counted(run, arguments.Positional[0]), "center")!.Call(new(arguments.Positional.Count > 1 || arguments.Named.Count > 0 ? [.. arguments.Positional.Skip(1)] : [(BigInteger)80], arguments.Named)),
        ["format"] = (run, arguments) => PrintfFormat.Apply(Counted(run, arguments.Positional[0]), arguments.Named.Count > 0 ? CallArguments.Gather(arguments.Named) : new ListValue([.. arguments.Positional.Skip(1)], isTuple: true), run.Budget),
        ["truncate"] = Truncate,
        ["wordcount"] = (run, arguments) => (BigInteger)Word.Count(Counted(run, arguments.Bind("wordcount", 1, "s")[0]).Text),
        ["urlencode"] = (run, arguments) => Counted(run, arguments.Bind("urlencode", 1, "value")[0]) is var text
            ? text.With(Uri.EscapeDataString(text.Text).Replace("%2F", "/", StringComparison.Ordinal)) : null,
    };

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word { get; }

    [GeneratedRegex(@"[-\s({\[<]+")]
    private static partial Regex BeforeWords { get; }

    private static MarkedText Counted(Interpreter run, object? value)
    {
        var text = run.Text(value);
        run.Budget.SpendText(text.Text.Length);
        return text;
    }

    private static Filter Plain(Func<MarkedText, MarkedText> change) => (run, arguments) => change(Counted(run, arguments.Bind("the filter", 1, "value")[0]));

    private static MarkedText Escape(Interpreter run, CallArguments arguments)
    {
        var text = Counted(run, arguments.Bind("escape", 1, "value")[0]);
        ReadOnlySpan<(string, string)> escapes = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ("\"", "&#34;")];
        foreach (var (letter, escape) in escapes)
        {
            text = TextParts.Replace(text, new(letter, isForeign: false), new(escape, isForeign: false), -1, run.Budget);
        }

        return text;
    }

    /// <summary>Jinja2's own title case, whose words begin after spaces, hyphens and brackets.</summary>
    private static MarkedText Title(MarkedText text)
    {
        MarkedTextBuilder builder = new();
        var place = 0;
        foreach (Match match in BeforeWords.Matches(text.Text))
        {
            builder.Append(TextParts.Capitalize(text.Slice(place, match.Index))).Append(TextParts.Capitalize(text.Slice(match.Index, match.Index + match.Length)));
            place = match.Index + match.Length;
        }

        return builder.Append(TextParts.Capitalize(text.Slice(place, text.Text.Length))).Build();
    }

    private static MarkedText Join(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("join", 1, "value", "d", "attribute");
        var items = ValueKind.Items(bound[0]);
        if (bound.HasValue(2))
        {
            items = items.Select(item => SelectionFilters.Path(run, item, bound[2]));
        }

        return TextParts.Join(bound.Has(1) ? run.Text(bound[1]) : MarkedText.Empty, items.Select(run.Text), run.Budget);
    }

    private static MarkedText Indent(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("indent", 1, "s", "width", "first", "blank");
        var indentation = bound[1] as MarkedText ?? new(new string(' ', Math.Clamp(bound.Whole(1, 4), 0, 10_000)), isForeign: false);
        MarkedText newLine = new("\n", isForeign: false);
        var lines = TextParts.Lines(new MarkedTextBuilder().Append(bound.Text(0)).Append("\n").Build(), keepEnds: false, run.Budget).Items.Cast<MarkedText>().ToList();
        MarkedTextBuilder builder = new();
        for (var i = 0; i < lines.Count; i++)
        {
            run.Budget.SpendText(lines[i].Text.Length + indentation.Text.Length);
            if (i > 0)
            {
                builder.Append(newLine);
            }

            if (i == 0 ? bound.Flag(2) : bound.Flag(3) || lines[i].Text.Length > 0)
            {
                builder.Append(indentation);
            }

            builder.Append(lines[i]);
        }

        return builder.Build();
    }

    private static MarkedText Truncate(Interpreter run, CallArguments arguments)
    {
        var bound = arguments.Bind("truncate", 1, "s", "length", "killwords", "end", "leeway");
        var (text, length, end, leeway) = (Counted(run, bound[0]), bound.Whole(1, 255), bound.Text(3, "..."), bound.HasValue(4) ? bound.Whole(4) : 5);
        if (length < end.Length || leeway < 0)
        {
            throw new TemplateFault($"truncate needs a length of at least {end.Length} and a leeway of at least 0");
        }

        if (text.Length <= (long)length + leeway)
        {
            return text;
        }

        var cut = text.Slice(0, text.UnitOf(length - end.Length));
        return new MarkedTextBuilder().Append(bound.Flag(2) || cut.Text.LastIndexOf(' ') is not (>= 0 and var space) ? cut : cut.Slice(0, space)).Append(end).Build();
    }
}
