using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Metrics.Answers;

/// <summary>The answer at the end of a chain of thought on a task of BIG-Bench Hard (Suzgun et al. 2022), found as OLMES finds it.</summary>
internal static class BigBenchHardAnswer
{
    private const string Letter = @"\([A-Z]\)";

    // What answers look like; tasks that are not here have a letter in brackets.
    private static readonly Dictionary<string, string> Forms = new(StringComparer.Ordinal)
    {
        ["boolean_expressions"] = "[tT]rue|[fF]alse",
        ["causal_judgement"] = "[yY]es|[nN]o",
        ["dyck_languages"] = @"[\]\)\}\> ]+",
        ["formal_fallacies"] = "[iI]nvalid|[vV]alid",
        ["multistep_arithmetic_two"] = @"-?\d+",
        ["navigate"] = "[nN]o|[yY]es",
        ["object_counting"] = @"\d+",
        ["sports_understanding"] = "[yY]es|[nN]o",
        ["web_of_lies"] = "[yY]es|[nN]o",
        ["word_sorting"] = "[a-z ]+",
    };

    // Where answers are looked for, best first; the last match of the first that matches counts.
    private static readonly string[] Places = [@"(?i)So the answer is ($ANS$)\.?", "(?i)answer is ($ANS$)", "(?i)answer:.*?($ANS$)", @"(?i)answer\b.*?($ANS$)", "($ANS$)"];

    private static readonly (string Left, string Right)[] Delimiters =
        [("$", "$"), (@"\(", @"\)"), ("(", ")"), ("**", "**"), ("***", "***"), (@"\[", @"\]"), ("'", "'"), ("`", "`"), ("\"", "\"")];

    /// <summary>The metric of a task: case is ignored, and punctuation too but for brackets to be closed.</summary>
    public static ExactMatch Metric(string task) => new() { IgnoreCase = true, IgnorePunctuation = task != "dyck_languages" };

    /// <summary>What follows the first "the answer is " on its line, but for the line's last character and full stops at both ends; or an empty text. OLMES's older form, <c>bbh:cot</c>.</summary>
    public static string Sentence(string response) => AnswerPattern.Parse("(?<=the answer is )(.*)(?=.)").Match(response) is { Success: true } match ? match.Value.Trim('.') : "";

    /// <summary>The answer, or an empty text.</summary>
    /// <param name="task">The task, such as <c>navigate</c>.</param>
    /// <param name="response">The chain of thought.</param>
    /// <param name="compat">
    /// Whether a letter that stands alone does not count, as in OLMES, whose expression for it holds a backspace in the place of a word's border and never matches. Without it, such a letter is the last resort.
    /// </param>
    public static string Extract(string task, string response, bool compat = true)
    {
        var form = Forms.GetValueOrDefault(task, Letter);
        var places = Places.Select(place => place.Replace("$ANS$", form, StringComparison.Ordinal)).ToList();
        if (form == Letter && !compat)
        {
            places.Add($"(?<!{PythonText.WordClass})([A-Z])(?!{PythonText.WordClass})");
        }

        places.Add($"(?i)({form})");
        var answer = places.Select(place => AnswerPattern.Parse(place).Matches(response).LastOrDefault()?.Groups[1].Value).FirstOrDefault(found => found is not null) ?? "";
        foreach (var (left, right) in Delimiters)
        {
            // Delimiters that are answers themselves stay.
            if (AnswerPattern.Parse(@"\A(?:" + form + ")").IsMatch(left))
            {
                continue;
            }

            answer = PythonText.Strip(Regex.Replace(answer, $"^{Regex.Escape(left)}(.*){Regex.Escape(right)}$", "$1"));
        }

        return form == Letter && answer.Length == 1 ? $"({answer})" : answer;
    }
}
