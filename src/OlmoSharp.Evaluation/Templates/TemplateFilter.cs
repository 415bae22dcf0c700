using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Metrics.Mathematics;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>One filter of a placeholder, such as <c>strip</c> or <c>before:_</c>: text to text, each item of a list for itself.</summary>
internal sealed class TemplateFilter
{
    private static readonly Dictionary<string, Func<string, string, string>> Known = new()
    {
        ["after"] = (text, mark) => Split(text, mark).After,
        ["before"] = (text, mark) => Split(text, mark).Before,
        ["capitalize"] = (text, _) => PythonText.Capitalize(text),
        ["code_head"] = (text, _) => text.Split(':', 2)[0],
        ["gsm8k_solution"] = (text, _) => Gsm8kSolution.Of(text),
        ["lower_first"] = (text, _) => text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..],
        ["last_part"] = (text, mark) => text[(text.LastIndexOf(mark, StringComparison.Ordinal) is var place and >= 0 ? place + mark.Length : 0)..],
        ["math_answer"] = (text, _) => BoxedAnswer.Last(text) is { } boxed ? MinervaAnswer.Normalize(boxed) : throw new FormatException("the solution has no \\boxed answer"),
        ["number"] = (text, _) => Gsm8kSolution.Number(text),
        ["last_word"] = (text, _) => PythonText.Words(text) is [.., var last] ? last : "",
        ["option_text"] = (text, _) => OptionText.Of(text),
        ["remove"] = (text, what) => text.Replace(what, "", StringComparison.Ordinal),
        ["replace"] = (text, pair) => text.Replace(pair.Split("=>", 2)[0], pair.Split("=>", 2)[1], StringComparison.Ordinal),
        ["spaced"] = (text, _) => text.Replace('_', ' '),
        ["strip"] = (text, _) => PythonText.Strip(text),
        ["strip_end"] = (text, _) => PythonText.StripEnd(text),
        ["unix_lines"] = (text, _) => text.Replace("\r\n", "\n", StringComparison.Ordinal),
        ["unwrap"] = Unwrap,
        ["wikihow"] = (text, _) => WikiHowText.Clean(text),
        ["without_last"] = (text, _) => text.Length == 0 ? text : text[..^1],
        ["without_last_word"] = (text, _) => string.Join(' ', PythonText.Words(text).SkipLast(1)),
        ["without_start"] = (text, start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : text,
        ["words"] = (text, _) => string.Join(' ', PythonText.Words(text)),
    };

    private static readonly HashSet<string> WithArgument = ["after", "before", "join", "last_part", "remove", "replace", "unwrap", "without_start"];

    private readonly Func<string, string, string>? _map;
    private readonly string _argument;

    private TemplateFilter(Func<string, string, string>? map, string argument) => (_map, _argument) = (map, argument);

    /// <summary>Reads a filter.</summary>
    /// <param name="text">Its name, with an argument after a colon where it takes one.</param>
    /// <exception cref="FormatException">There is no such filter.</exception>
    public static TemplateFilter Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, argument) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..]);
        var names = Known.Keys.Append("join").ToList();
        if (!names.Contains(name))
        {
            throw new FormatException($"there is no filter '{name}'; {(NearestName.Find(name, names) is { } nearest ? $"did you mean '{nearest}'?" : $"there are {string.Join(", ", names.Order(StringComparer.Ordinal))}")}");
        }

        if (WithArgument.Contains(name) != argument.Length > 0 || (name is "replace" or "unwrap" && !argument.Contains("=>", StringComparison.Ordinal)))
        {
            throw new FormatException($"the filter '{name}' {(WithArgument.Contains(name) ? $"needs an argument, as in {(name is "replace" or "unwrap" ? $"{name}:a=>b" : $"{name}:,")}" : "takes no argument")}");
        }

        return new TemplateFilter(name == "join" ? null : Known[name], argument);
    }

    /// <summary>Applies the filter; only <c>join</c> changes the number of texts.</summary>
    public IReadOnlyList<string> Apply(IReadOnlyList<string> texts) =>
        _map is null ? [string.Join(_argument, texts)] : [.. texts.Select(text => _map(text, _argument))];

    /// <summary>Takes a beginning and an end off that the text must have.</summary>
    private static string Unwrap(string text, string pair)
    {
        var (start, end) = (pair.Split("=>", 2)[0], pair.Split("=>", 2)[1]);
        return text.Length >= start.Length + end.Length && text.StartsWith(start, StringComparison.Ordinal) && text.EndsWith(end, StringComparison.Ordinal)
            ? text[start.Length..^end.Length]
            : throw new FormatException($"the text does not begin with \"{start}\" and end with \"{end}\"");
    }

    private static (string Before, string After) Split(string text, string mark)
    {
        var place = text.IndexOf(mark, StringComparison.Ordinal);
        return place >= 0
            ? (text[..place], text[(place + mark.Length)..])
            : throw new FormatException($"there is no '{mark}' in \"{(text.Length > 80 ? text[..80] + "…" : text)}\"");
    }
}
