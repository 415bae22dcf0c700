using System.Numerics;
using System.Text;
using OlmoSharp.Tokenization.ChatTemplates.Values;

namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>The methods of Python's texts.</summary>
internal static class TextMethods
{
    private delegate object? Method(Interpreter run, MarkedText text, CallArguments arguments);

    private static readonly Dictionary<string, Method> All = new()
    {
        ["upper"] = Plain(TextParts.Upper),
        ["lower"] = Plain(TextParts.Lower),
        ["casefold"] = Plain(text => TextParts.Lower(text).Text.Contains('ß') ? text.With(TextParts.Lower(text).Text.Replace("ß", "ss", StringComparison.Ordinal)) : TextParts.Lower(text)),
        ["title"] = Plain(TextParts.Title),
        ["capitalize"] = Plain(TextParts.Capitalize),
        ["swapcase"] = Plain(text => text.Mapped(string.Concat(text.Text.Select(unit => char.IsUpper(unit) ? char.ToLowerInvariant(unit) : char.ToUpperInvariant(unit))))),
        ["strip"] = Strip(left: true, right: true),
        ["lstrip"] = Strip(left: true, right: false),
        ["rstrip"] = Strip(left: false, right: true),
        ["split"] = Split("split", fromEnd: false),
        ["rsplit"] = Split("rsplit", fromEnd: true),
        ["splitlines"] = (run, text, arguments) => TextParts.Lines(text, arguments.Bind("splitlines", 0, "keepends").Flag(0), run.Budget),
        ["startswith"] = Affix("startswith", (text, affix) => text.StartsWith(affix, StringComparison.Ordinal)),
        ["endswith"] = Affix("endswith", (text, affix) => text.EndsWith(affix, StringComparison.Ordinal)),
        ["removeprefix"] = (_, text, arguments) => arguments.Bind("removeprefix", 1, "prefix").Text(0).Text is var affix && text.Text.StartsWith(affix, StringComparison.Ordinal) ? text.Slice(affix.Length, text.Text.Length) : text,
        ["removesuffix"] = (_, text, arguments) => arguments.Bind("removesuffix", 1, "suffix").Text(0).Text is var affix && text.Text.EndsWith(affix, StringComparison.Ordinal) ? text.Slice(0, text.Text.Length - affix.Length) : text,
        ["replace"] = Replace,
        ["join"] = (run, text, arguments) => TextParts.Join(text, ValueKind.Items(arguments.Bind("join", 1, "iterable")[0]).Select((item, i) => item as MarkedText
            ?? throw new TemplateFault($"sequence item {i}: expected str instance, {ValueKind.Name(item)} found")), run.Budget),
        ["format"] = (run, text, arguments) => new TextFormat(run, arguments).Apply(text),
        ["find"] = Find("find", fromEnd: false, fails: false),
        ["rfind"] = Find("rfind", fromEnd: true, fails: false),
        ["index"] = Find("index", fromEnd: false, fails: true),
        ["rindex"] = Find("rindex", fromEnd: true, fails: true),
        ["count"] = Count,
        ["partition"] = Partition("partition", fromEnd: false),
        ["rpartition"] = Partition("rpartition", fromEnd: true),
        ["center"] = Pad("center", (missing, width) => missing / 2 + (missing & width & 1)),
        ["ljust"] = Pad("ljust", (_, _) => 0),
        ["rjust"] = Pad("rjust", (missing, _) => missing),
        ["zfill"] = ZeroFill,
        ["expandtabs"] = ExpandTabs,
        ["isspace"] = Every(rune => rune.IsBmp && TextParts.IsSpace((char)rune.Value)),
        ["isalpha"] = Every(Rune.IsLetter),
        ["isdigit"] = Every(rune => Rune.IsDigit(rune) || IsDigitLike(rune)),
        ["isdecimal"] = Every(Rune.IsDigit),
        ["isnumeric"] = Every(Rune.IsNumber),
        ["isalnum"] = Every(rune => Rune.IsLetter(rune) || Rune.IsNumber(rune)),
        ["isascii"] = (_, text, _) => text.Text.All(char.IsAscii),
        ["isupper"] = Plain<object?>(text => text.Text.Any(char.IsUpper) && !text.Text.Any(char.IsLower)),
        ["islower"] = Plain<object?>(text => text.Text.Any(char.IsLower) && !text.Text.Any(char.IsUpper)),
        ["istitle"] = Plain<object?>(text => text.Text.Any(char.IsLetter) && TextParts.Title(text).Text == text.Text),
    };

    /// <summary>A method of a text; null where there is none of the name.</summary>
    public static CallableValue? Find(Interpreter run, MarkedText text, string name) => All.TryGetValue(name, out var method)
        ? new(name, arguments =>
        {
            run.Budget.SpendText(text.Text.Length);
            return method(run, text, arguments);
        })
        : null;

    private static bool IsDigitLike(Rune rune) => rune.Value is 0xB2 or 0xB3 or 0xB9 or 0x2070 or (>= 0x2074 and <= 0x2079) or (>= 0x2080 and <= 0x2089);

    private static Method Plain<T>(Func<MarkedText, T> change) => (_, text, arguments) =>
    {
        arguments.Bind("the method", 0);
        return change(text);
    };

    private static Method Every(Func<Rune, bool> holds) => (_, text, _) => text.Text.Length > 0 && text.Text.EnumerateRunes().All(holds);

    private static Method Strip(bool left, bool right) => (_, text, arguments) =>
        arguments.Bind("strip", 0, "chars") is var bound && bound.HasValue(0) ? TextParts.Strip(text, bound.Text(0), left, right) : TextParts.Strip(text, null, left, right);

    private static Method Split(string name, bool fromEnd) => (run, text, arguments) =>
    {
        var bound = arguments.Bind(name, 0, "sep", "maxsplit");
        return TextParts.Split(text, bound.HasValue(0) ? bound.Text(0) : null, bound.Whole(1, -1), fromEnd, run.Budget);
    };

    private static Method Affix(string name, Func<string, string, bool> holds) => (_, text, arguments) =>
    {
        var bound = arguments.Bind(name, 1, "affix", "start", "end");
        var searched = Part(text, bound).Text;
        return bound[0] is ListValue { IsTuple: true } several
            ? several.Items.Any(affix => holds(searched, (affix as MarkedText ?? throw new TemplateFault($"{name} takes texts")).Text))
            : holds(searched, bound.Text(0).Text);
    };

    private static MarkedText Replace(Interpreter run, MarkedText text, CallArguments arguments)
    {
        var bound = arguments.Bind("replace", 2, "old", "new", "count");
        return TextParts.Replace(text, bound.Text(0), bound.Text(1), bound.Whole(2, -1), run.Budget);
    }

    private static Method Find(string name, bool fromEnd, bool fails) => (run, text, arguments) =>
    {
        var bound = arguments.Bind(name, 1, "sub", "start", "end");
        var sought = bound.Text(0).Text;
        run.Budget.SpendSearch(text.Text.Length, sought.Length);
        var (start, end) = Bounds(text, bound);
        if (start > end)
        {
            return fails ? throw new TemplateFault("substring not found") : (BigInteger)(-1);
        }

        var part = text.Text.AsSpan(text.UnitOf(start)..text.UnitOf(end));
        var found = fromEnd ? sought.Length == 0 ? part.Length : part.LastIndexOf(sought, StringComparison.Ordinal) : part.IndexOf(sought, StringComparison.Ordinal);
        return found >= 0 ? (BigInteger)text.CharacterOf(text.UnitOf(start) + found)
            : fails ? throw new TemplateFault("substring not found")
            : (BigInteger)(-1);
    };

    private static object? Count(Interpreter run, MarkedText text, CallArguments arguments)
    {
        var bound = arguments.Bind("count", 1, "sub", "start", "end");
        var (sought, part) = (bound.Text(0).Text, Part(text, bound));
        var (start, end) = Bounds(text, bound);
        return (BigInteger)(start > end ? 0 : sought.Length == 0 ? part.Length + 1 : TextParts.Finds(part.Text, sought, fromEnd: false, run.Budget).Count);
    }

    private static Method Partition(string name, bool fromEnd) => (run, text, arguments) =>
    {
        var separator = arguments.Bind(name, 1, "sep").Text(0);
        var finds = TextParts.Finds(text.Text, separator.Text, fromEnd, run.Budget);
        return new ListValue(
            finds.Count == 0
                ? fromEnd ? [MarkedText.Empty, MarkedText.Empty, text] : [text, MarkedText.Empty, MarkedText.Empty]
                : (fromEnd ? finds[^1] : finds[0]) is var find ? [text.Slice(0, find.Start), text.Slice(find.Start, find.End), text.Slice(find.End, text.Text.Length)] : [],
            isTuple: true);
    };

    private static Method Pad(string name, Func<int, int, int> before) => (run, text, arguments) =>
    {
        var bound = arguments.Bind(name, 1, "width", "fillchar");
        var width = bound.Whole(0);
        return TextParts.Pad(text, width, bound.Text(1, " "), missing => before(missing, width), run.Budget);
    };

    private static MarkedText ZeroFill(Interpreter run, MarkedText text, CallArguments arguments)
    {
        var width = arguments.Bind("zfill", 1, "width").Whole(0);
        var signs = text.Text is ['-' or '+', ..] ? 1 : 0;
        var filled = TextParts.Pad(text.Slice(signs, text.Text.Length), width - signs, new("0", isForeign: false), missing => missing, run.Budget);
        return new MarkedTextBuilder().Append(text.Slice(0, signs)).Append(filled).Build();
    }

    private static MarkedText ExpandTabs(Interpreter run, MarkedText text, CallArguments arguments)
    {
        var size = Math.Min(arguments.Bind("expandtabs", 0, "tabsize").Whole(0, 8), 1000);
        StringBuilder expanded = new();
        var column = 0;
        foreach (var unit in text.Text)
        {
            var count = unit == '\t' ? size > 0 ? size - column % size : 0 : 1;
            run.Budget.SpendText(count);
            expanded.Append(unit == '\t' ? ' ' : unit, count);
            column = unit is '\n' or '\r' ? 0 : column + count;
        }

        return text.With(expanded.ToString());
    }

    private static MarkedText Part(MarkedText text, BoundArguments bound)
    {
        var (start, end) = Bounds(text, bound);
        return start > end ? MarkedText.Empty : text.Slice(text.UnitOf(start), text.UnitOf(end));
    }

    private static (int Start, int End) Bounds(MarkedText text, BoundArguments bound)
    {
        var length = text.Length;
        var (start, end) = (Place(1, 0), Math.Min(Place(2, length), length));
        return start > length ? (1, 0) : (start, end);

        int Place(int argument, int otherwise) => !bound.HasValue(argument) ? otherwise
            : bound.Whole(argument) is var place && place < 0 ? Math.Max(0, place + length) : place;
    }
}
