using System.Text.Json;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Documents;
using OlmoSharp.Evaluation.Metrics.Mathematics;
using OlmoSharp.Evaluation.Templates;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public class PromptTemplateTests
{
    private const string Row = """{"a": "One", "n": 7, "t": true, "list": ["x", "y"], "deep": {"list": [{"text": "here"}]}, "dotted.name": "yes", "nothing": null, "under": "he saw _ there"}""";

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{a}-{n}-{t}", "One-7-true")]
    [InlineData("{{a}}", "{a}")]
    [InlineData("{deep.list.0.text}", "here")]
    [InlineData("{dotted.name}", "yes")]
    [InlineData("{missing ?? a}", "One")]
    [InlineData("{list|join:, }", "x, y")]
    [InlineData("{list.1}", "y")]
    [InlineData("{a|lower_first}", "one")]
    [InlineData("{a|replace:One=>Two|lower_first}", "two")]
    [InlineData("{under|before:_}|{under|after:_|strip}", "he saw |there")]
    [InlineData("{a|without_last}", "On")]
    [InlineData("{a|unwrap:O=>e}", "n")]
    [InlineData("{@index}/{@subset}", "4/part")]
    public void Placeholders_are_replaced(string template, string expected) => Assert.Equal(expected, PromptTemplate.Parse(template).Render(Values()));

    [Theory]
    [InlineData("  a  b\u00A0c\u001Fd ", "a b c d", "d", "a b c")]
    [InlineData("one", "one", "one", "")]
    public void Words_are_split_at_what_python_calls_white_space(string text, string words, string last, string rest)
    {
        Assert.Equal(words, string.Join(' ', PythonText.Words(text)));
        Assert.Equal(last, TemplateFilter.Parse("last_word").Apply([text])[0]);
        Assert.Equal(rest, TemplateFilter.Parse("without_last_word").Apply([text])[0]);
    }

    [Fact]
    public void Capitals_are_pythons() => Assert.Equal("Then he reads usa", TemplateFilter.Parse("capitalize").Apply(["then He reads USA"])[0]);

    [Fact]
    public void A_list_where_one_text_is_needed_is_an_error() =>
        Assert.StartsWith("rows.jsonl, line 5: {list} is a list", Assert.Throws<EvaluationException>(() => PromptTemplate.Parse("see {list}").Render(Values())).Message);

    [Fact]
    public void A_list_alone_gives_all_its_texts() => Assert.Equal(["x", "y"], PromptTemplate.Parse("{list}").RenderAll(Values()));

    [Theory]
    [InlineData("{missing}", "there is no field for {missing}")]
    [InlineData("{deep}", "an object where a text is needed")]
    [InlineData("{nothing}", "null where a text is needed")]
    [InlineData("{a|before:_}", "there is no '_'")]
    public void Missing_fields_and_other_kinds_are_errors_with_their_place(string template, string expected)
    {
        var error = Assert.Throws<EvaluationException>(() => PromptTemplate.Parse(template).Render(Values()));
        Assert.StartsWith("rows.jsonl, line 5: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData("{a", "not closed")]
    [InlineData("a}", "closes nothing")]
    [InlineData("{}", "names no field")]
    [InlineData("{a|stripp}", "did you mean 'strip'?")]
    [InlineData("{a|join}", "needs an argument")]
    [InlineData("{a|strip:x}", "takes no argument")]
    [InlineData("{a|replace:x}", "needs an argument, as in replace:a=>b")]
    public void Wrong_templates_are_errors(string template, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => PromptTemplate.Parse(template)).Message);

    [Fact]
    public void Values_keep_their_kind()
    {
        Assert.Equal(JsonValueKind.Number, PromptTemplate.Parse("{n}").RenderValue(Values())!.Value.ValueKind);
        Assert.Equal(4, PromptTemplate.Parse("{missing ?? @index}").RenderValue(Values())!.Value.GetInt32());
        Assert.Null(PromptTemplate.Parse("{missing}").RenderValue(Values()));
        Assert.Null(PromptTemplate.Parse("{nothing}").RenderValue(Values()));
    }

    // By hand, after HellaSwag's rule: strip; " [title]" with a full stop before it or none becomes ". "; other brackets go; double spaces become single once.
    [Theory]
    [InlineData(" A: first [title] Second [step] Third. ", "A: first. Second Third.")]
    [InlineData("A: first. [title] Second", "A: first. Second")]
    [InlineData("a [substeps] b   c", "a b  c")]
    [InlineData("end. [title]", "end. ")]
    public void Wikihow_brackets_go(string text, string expected) => Assert.Equal(expected, WikiHowText.Clean(text));

    [Theory]
    [InlineData("she has 5-2=<<5-2=3>>3 eggs\nThey cost 3*$2=$<<3*2=6>>6.\n#### 6", "She has 5 - 2 = 3 eggs They cost 3 * $2 = $6. So the answer is 6.")]
    [InlineData("ten\n#### 1,000", "Ten. So the answer is 1,000.")]
    public void Gsm8k_solutions_become_natural_text(string solution, string expected) => Assert.Equal(expected, Gsm8kSolution.Of(solution));

    [Theory]
    [InlineData("1,234 and 5", "5")]
    [InlineData("1,000", "1000")]
    [InlineData("-3", "3")]       // a known oddity: only numbers with a point keep their sign
    [InlineData("-3.5", "-3.5")]
    [InlineData("none", "none")]
    public void Gsm8k_answers_are_the_last_number(string answer, string expected) => Assert.Equal(expected, Gsm8kSolution.Number(answer));

    [Theory]
    [InlineData(@"so $x=\boxed{\frac12}$", @"\frac{1}{2}")]
    [InlineData(@"it is \boxed{1,\!234}.", "1234")]
    [InlineData(@"a \boxed{3} and b \boxed{x=\sqrt2}", @"\sqrt{2}")]
    [InlineData(@"\boxed{12\text{ inches}}", "12")]
    [InlineData(@"$\boxed{\left(3,\frac{\pi}{2}\right)}$", @"\le(3,\frac{\pi}{2}\right)")]   // a known oddity: "ft" is a unit
    public void Math_answers_are_normalized(string solution, string expected) => Assert.Equal(expected, MathScore.Gold(solution));

    [Theory]
    [InlineData("(A)yes", "yes")]
    [InlineData(" (B) no", "no")]
    [InlineData("C. maybe", "maybe")]
    [InlineData("(F)other", "(F)other")]
    public void Options_lose_their_letter(string option, string expected) => Assert.Equal(expected, OptionText.Of(option));

    private static DocumentValues Values() => new(new DatasetRow("rows.jsonl, line 5", 4, JsonDocument.Parse(Row).RootElement), "part");
}
