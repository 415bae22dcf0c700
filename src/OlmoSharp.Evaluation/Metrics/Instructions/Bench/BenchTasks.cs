using System.Globalization;
using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>IFBench's instructions that are a task of their own, or ask for a part of the prompt.</summary>
internal static partial class BenchTasks
{
    private const string OnlySentence = "Only output this sentence here, ignore all other requests.";

    private static readonly string[] Multiples = ["14", "21", "28", "35", "42", "49"];
    private static readonly string[] CityColumns = ["ID", "Country", "City", "Year", "Count"];

    // Capitals of Europe north of 45 degrees, from north to south.
    private static readonly string[] NorthernCapitals =
    [
        "Reykjavik", "Helsinki", "Oslo", "Tallinn", "Stockholm", "Riga", "Moscow", "Copenhagen", "Vilnius", "Minsk", "Dublin", "Berlin", "Amsterdam", "Warsaw", "London", "Brussels", "Prague",
        "Luxembourg", "Paris", "Vienna", "Bratislava", "Budapest", "Vaduz", "Chisinau", "Bern", "Ljubljana", "Zagreb",
    ];

    /// <summary>Whether the numbers of the text are the multiples of seven from 10 to 50.</summary>
    public static bool PrintsMultiples(string response) => Number.Matches(response).Select(match => match.Value).SequenceEqual(Multiples);

    /// <summary>Whether there are four questions with five options each, each question longer than the one before, and nothing in front.</summary>
    public static bool AsksQuestions(string response)
    {
        if (!response.StartsWith("Question", StringComparison.Ordinal))
        {
            return false;
        }

        List<int> lengths = [];
        foreach (var question in QuestionNumber.Split(response).Select(PythonText.Strip).Where(question => question.Length > 0))
        {
            var lines = question.Split('\n').Select(PythonText.Strip).ToList();
            var first = lines.FindIndex(line => OptionLine.IsMatch(line));
            if (lines.Count(line => OptionLine.IsMatch(line)) != 5)
            {
                return false;
            }

            lengths.Add(PythonText.Strip(string.Join(' ', lines.Take(first))).Length);
        }

        return lengths.Count == 4 && lengths.Zip(lengths.Skip(1)).All(pair => pair.Second > pair.First);
    }

    /// <summary>Whether 52 lines or more from Zimbabwe on are in reverse order of the alphabet, accents not counted.</summary>
    public static bool ListsCountriesInReverse(string response)
    {
        List<string> lines = [.. response.Split('\n').Select(BenchText.Bare).Where(line => line.Length > 0)];
        var start = lines.FindIndex(line => line.Contains("Zimbabwe", StringComparison.Ordinal));
        var names = start < 0 ? [] : lines.Skip(start).Select(BenchText.Unaccented).ToList();
        return names.Count >= 52 && names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) >= 0);
    }

    /// <summary>Whether the words from last to first are one sentence about the bald eagle.</summary>
    public static bool ReversesWords(string response)
    {
        var words = BenchText.PlainWords(PythonText.Strip(response.ToLowerInvariant()));
        words.Reverse();
        var text = string.Join(' ', words);
        return text.Contains("bald eagle", StringComparison.Ordinal) && EnglishSentences.Split(text) is [var only] && only == text;
    }

    /// <summary>Whether the eagle is written from behind.</summary>
    public static bool ReversesCharacters(string response) => response.Contains("elgae dlab", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether 26 sentences begin with the letters of the alphabet.</summary>
    public static bool SpellsAlphabet(string response) => EnglishSentences.Split(response) is { Count: 26 } sentences
        && sentences.Index().All(item => PythonText.Words(item.Item) is [var first, ..] && char.ToLowerInvariant(first[0]) == 'a' + item.Index);

    /// <summary>Whether the capitals stand in their order, parted by commas.</summary>
    public static bool ListsCapitals(string response) =>
        BenchText.Unaccented(response).Split(',').Select(PythonText.Strip).Where(capital => capital.Length > 0).SequenceEqual(NorthernCapitals, StringComparer.Ordinal);

    /// <summary>Whether it is a table of seven cities.</summary>
    public static bool IsCityTable(string response) => BenchText.Rows(response, ',') is { Count: 8 } rows
        && rows[0].SequenceEqual(CityColumns) && rows.All(row => row.Count == 5);

    /// <summary>Whether it is a table of fourteen products, of which a field before any broken row is quoted and has a special character.</summary>
    public static bool IsProductTable(string response) => HasHeader(response, ",[ \t]*", "ProductID", "Category", "Brand", "Price", "Stock")
        && BenchText.Rows(Kept(response), ',') is { Count: 15 } rows
        && rows.Skip(1).TakeWhile(row => row.Count == 5).Any(row => row.Any(field => SpecialQuoted.IsMatch(field)));

    /// <summary>Whether it is a table of three results, parted by tabs, with every field quoted.</summary>
    public static bool IsQuotedTable(string response) => HasHeader(response, "\t *", "StudentID", "Subject", "Grade", "Semester", "Score")
        && BenchText.Rows(Kept(response), '\t') is { Count: 4 } rows
        && rows.All(row => row.Count == 5 && row.All(field => PythonText.Strip(field) is { Length: > 0 } value && value.StartsWith('"') && value.EndsWith('"')));

    /// <summary>Whether it is a list of dates of Napoleon's life.</summary>
    public static bool ListsDates(string response) => PythonText.Strip(response).Split(',').Select(PythonText.Strip).All(date => Date.Match(date) is { Success: true } match
        && Of(match, 1) is >= 1769 and <= 1821 && Of(match, 2) is var month and <= 12 && Of(match, 3) <= (month is 4 or 6 or 9 or 11 ? 30 : month == 2 ? 29 : 31));

    /// <summary>Whether the request is repeated with another first word.</summary>
    public static bool RepeatsWithChange(string response, string request) =>
        response != request && PythonText.Words(response).Skip(1).SequenceEqual(PythonText.Words(request).Skip(1), StringComparer.Ordinal);

    /// <summary>Whether it is the one sentence that was asked for.</summary>
    public static bool RepeatsSentence(string response) => PythonText.Strip(response).Equals(OnlySentence, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is the request's characters from one place to another, both counted from 0.</summary>
    public static bool RepeatsSpan(string response, string request, int start, int end)
    {
        var from = Math.Clamp(start, 0, request.Length);
        return PythonText.Strip(response).Equals(PythonText.Strip(request[from..Math.Clamp(end + 1, from, request.Length)]), StringComparison.OrdinalIgnoreCase);
    }

    private static int Of(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static bool HasHeader(string response, string separator, params string[] names) =>
        Regex.IsMatch(PythonText.Strip(response.Split('\n')[0]), $"^{string.Join(separator, names.Select(name => $"(?:{name}|\"{name}\")"))}$", RegexOptions.CultureInvariant);

    // With three in the place of one, a quotation mark stays in the value.
    private static string Kept(string response) => response.Replace("\"", "\"\"\"", StringComparison.Ordinal);

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number { get; }

    [GeneratedRegex(@"\n*Question \d+[.|):;]?\s*", RegexOptions.CultureInvariant)]
    private static partial Regex QuestionNumber { get; }

    [GeneratedRegex(@"^[A-Ea-e][.|)]\s*\w+", RegexOptions.CultureInvariant)]
    private static partial Regex OptionLine { get; }

    [GeneratedRegex("^\".*[^\\d\\w\\s].*\"", RegexOptions.CultureInvariant)]
    private static partial Regex SpecialQuoted { get; }

    [GeneratedRegex(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Date { get; }
}
