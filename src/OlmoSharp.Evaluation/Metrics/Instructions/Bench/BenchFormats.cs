using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Instructions.Bench;

/// <summary>IFBench's instructions about the form of a response.</summary>
internal static partial class BenchFormats
{
    private const int Nesting = 5;
    private const int QuoteNesting = 3;
    private static readonly string[] Headings = ["My Answer:", "My Conclusion:", "Future Outlook:"];

    /// <summary>Whether brackets of three kinds are nested five deep, and the innermost pair is closed rightly. A wrong closing bracket begins anew.</summary>
    public static bool NestsBrackets(string response)
    {
        var open = new Stack<char>();
        var deepest = 0;
        foreach (var character in response)
        {
            if ("([{".Contains(character, StringComparison.Ordinal))
            {
                open.Push(character);
                deepest = Math.Max(deepest, open.Count);
            }
            else if (")]}".IndexOf(character, StringComparison.Ordinal) is var kind and >= 0)
            {
                if (open.Count > 0 && open.Peek() == "([{"[kind])
                {
                    open.Pop();
                    if (deepest >= Nesting)
                    {
                        return true;
                    }
                }
                else
                {
                    open.Clear();
                    deepest = 0;
                }
            }
        }

        return false;
    }

    /// <summary>Whether double and single quotation marks are nested three deep by turns, and closed.</summary>
    public static bool NestsQuotes(string response)
    {
        var open = new Stack<char>();
        var deepest = 0;
        foreach (var character in response.Where(character => character is '"' or '\''))
        {
            if (open.Count > 0 && open.Peek() == character)
            {
                open.Pop();
                if (deepest - open.Count >= QuoteNesting)
                {
                    return true;
                }
            }
            else
            {
                open.Push(character);
                deepest = Math.Max(deepest, open.Count);
            }
        }

        return false;
    }

    /// <summary>Whether the response is one of the options: letters as they are, words without case and outer signs.</summary>
    public static bool IsOption(string response, string options)
    {
        var separator = options.Contains('/', StringComparison.Ordinal) ? "/" : options.Contains("or", StringComparison.Ordinal) ? "or" : ",";
        var known = options.Split(separator).Select(PythonText.Strip);
        return Lettered.IsMatch(options) ? known.Contains(response) : known.Any(option => Plain(option) == Plain(response));

        static string Plain(string text) => BenchText.Bare(text).ToLowerInvariant();
    }

    /// <summary>Whether each word has a line of its own.</summary>
    public static bool HasWordOnEachLine(string response)
    {
        var plain = PythonText.Strip(PythonText.RemovePunctuation(response));
        return plain.Split('\n').Count(line => line.Length > 0) == PythonText.Words(plain).Count;
    }

    /// <summary>Whether each sentence has an emoji at its end: its last character or the one before, or the first of the next sentence.</summary>
    public static bool EndsSentencesWithEmoji(string response)
    {
        var sentences = EnglishSentences.Split(response).ConvertAll(sentence => PythonText.Strip(PythonText.RemovePunctuation(sentence)).EnumerateRunes().ToList());
        return sentences.Index().All(item => item.Item.Count > 0
            && (item.Item.TakeLast(2).Any(BenchText.IsEmoji) || (item.Index + 1 < sentences.Count && sentences[item.Index + 1].Count > 0 && BenchText.IsEmoji(sentences[item.Index + 1][0]))));
    }

    /// <summary>Whether each line is indented more than the one before.</summary>
    public static bool ClimbsStairs(string response) => BenchText.FilledLines(response).ConvertAll(line => line.Length - line.TrimStart(' ').Length) is var indents
        && indents.Zip(indents.Skip(1)).All(pair => pair.Second > pair.First);

    /// <summary>Whether no quotation follows another at once, and none ends the text.</summary>
    public static bool ExplainsQuotes(string response)
    {
        var plain = string.Concat(response.Replace('“', '"').Replace('”', '"').Replace("'\"'", "", StringComparison.Ordinal).Where(character => !PythonText.IsSpace(character)));
        return !plain.Contains("\"\"", StringComparison.Ordinal) && !plain.TrimEnd([.. "!#$%&'()*+,-./:;<=>?@[\\]^_`{|}~0123456789"]).EndsWith('"');
    }

    /// <summary>Whether there is a thesis in HTML's italics, and text after it.</summary>
    public static bool HasThesis(string response) => Italics.Match(response) is { Success: true } thesis && PythonText.Strip(thesis.Groups[1].Value).Length > 0
        && PythonText.Strip(response[(thesis.Index + thesis.Length)..]).Length > 0;

    /// <summary>Whether a dash follows each star before the next.</summary>
    public static bool HasSubBullets(string response) => response.Split('*').Skip(1).All(part => part.Contains('-', StringComparison.Ordinal));

    /// <summary>Whether two sentences at least are followed by two lines at least that start with a star, and by nothing else.</summary>
    public static bool HasBulletsAfterSentences(string response)
    {
        var (sentences, bullets, isOver) = (0, 0, false);
        foreach (var line in response.Split('\n').Select(PythonText.Strip))
        {
            if (line.StartsWith('*'))
            {
                bullets++;
                isOver = true;
                if (sentences < 2)
                {
                    return false;
                }
            }
            else if (isOver)
            {
                return false;
            }
            else
            {
                var count = EnglishSentences.Split(line).Count;
                sentences += count;
                // As in the original: an empty line ends the sentences.
                isOver = count == 0;
            }
        }

        return bullets >= 2;
    }

    /// <summary>Whether no word of two letters or more is in lower case throughout, or begins so, and no letter alone is small.</summary>
    public static bool IsTitleCase(string response) => BenchText.Tokens(response).Where(token => char.IsLetter(token[0])).All(token => !char.IsLower(token[0])
        || (token.Length > 1 && !BenchText.IsUpper(token[1..]) && !BenchText.IsLower(token[1..])));

    /// <summary>Whether the three headings are there.</summary>
    public static bool FollowsTemplate(string response) => Headings.All(heading => response.Contains(heading, StringComparison.Ordinal));

    [GeneratedRegex(@"^\W*[aA]\W*[bB]\W*[cC]\W*", RegexOptions.CultureInvariant)]
    private static partial Regex Lettered { get; }

    [GeneratedRegex(@"<(?:i|em)>(.*?)</(?:i|em)>", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Italics { get; }
}
