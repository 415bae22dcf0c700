using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Metrics.Answers;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

/// <summary>Forms whose published requests are not at hand: what is expected is written out by hand after OLMES's definitions.</summary>
public sealed class OlmesFormsTests : IDisposable
{
    private static readonly TaskCatalog Catalog = TaskCatalog.Load();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Mmlu_of_tulu_asks_for_reasoning_and_a_letter()
    {
        _folder.Write("mmlu.test.jsonl", """{"question": "Which?", "subject": "anatomy", "choices": ["one", "two"], "answer": 1}""");
        var built = Build("mmlu_anatomy:0shot_cot::tulu3");
        var message = Assert.Single(Assert.Single(built.Requests).Messages!);
        Assert.Equal(ChatRole.User, message.Role);
        Assert.StartsWith("Answer the following multiple-choice question", message.Text, StringComparison.Ordinal);
        Assert.Contains("(A), (B), (C), (D).\n\nQuestion: Which?\n (A) one\n (B) two\n\nAnswer the above question", message.Text, StringComparison.Ordinal);
        Assert.EndsWith("where (ANSWER_LETTER) is one of (A), (B), (C), (D).", message.Text, StringComparison.Ordinal);
        Assert.Equal((2048, false), (built.Spec.Generation!.MaxTokens, built.Spec.Generation.TruncateContext));
        Assert.Equal(57, Catalog.Expand("mmlu:0shot_cot::tulu3").Count);
        Assert.DoesNotContain("mmlu_anatomy:0shot_cot::olmes", Catalog.TaskNames);
    }

    [Theory]
    [InlineData("(A) no. Therefore, the answer is (B). Therefore, the answer is (C)", 4, "C")]
    [InlineData("therefore the answer is: d because", 4, "D")]
    [InlineData("B is correct", 4, "B")]
    [InlineData("(A) or (B)", 4, "A")]
    [InlineData("It is C\nor D, A", 4, "C")]
    [InlineData("none", 4, "")]
    [InlineData("Therefore, the answer is (J)", 10, "J")]
    [InlineData("the answer is g", 10, "G")]
    [InlineData("Answer: H", 10, "H")]
    [InlineData("It is C\nor D, A", 10, "A")]
    [InlineData("Therefore, the answer is (J)", 4, "")]
    public void Letters_are_found_in_turn(string response, int choices, string expected) => Assert.Equal(expected, AnswerLetter.Extract(response, choices));

    [Theory]
    [InlineData("So the answer is (B).", "(B)")]
    [InlineData("the answer is True.\nthe answer is False.", "True")]
    [InlineData("the answer is no", "n")]
    [InlineData("It is (B).", "")]
    public void The_older_form_of_bbh_takes_the_rest_of_the_line(string response, string expected) => Assert.Equal(expected, BigBenchHardAnswer.Sentence(response));

    [Fact]
    public void Yes_or_no_questions_stand_after_their_evidence_and_may_be_their_own_examples()
    {
        _folder.Write(
            "qasper_yesno.train.jsonl",
            """{"id": "a", "question": "Is it?", "answer": "No", "evidence": ["One.", "Two."]}""",
            """{"id": "b", "question": "Was it?", "answer": "Yes", "evidence": [" Three."]}""");
        var rc = Build("qasper_yesno:rc::olmes", "shots=2").Requests;
        // CPython: Random(1234).sample(range(2), 2) is [1, 0].
        const string Examples = "Three.\nQuestion: Was it?\nAnswer: Yes\n\nOne. Two.\nQuestion: Is it?\nAnswer: No\n\n";
        Assert.Equal(Examples + "One. Two.\nQuestion: Is it?\nAnswer:", rc[0].Context);
        Assert.Equal([" Yes", " No"], rc.Take(2).Select(request => request.Continuation!));
        Assert.Equal("1", rc[0].Label!.Value.GetRawText());
        Assert.Equal("Context: Three.\nQuestion: Was it?\n A. Yes\n B. No\nAnswer:", Build("qasper_yesno:mc::olmes", "shots=0").Requests[2].Context);
    }

    /// <summary>CPython: <c>random.Random("00a1-q").shuffle</c> of four gives 3, 2, 0, 1.</summary>
    [Fact]
    public void Lab_bench_shuffles_by_the_rows_id()
    {
        _folder.Write("lab-bench__DbQA.train.jsonl", """{"id": "00a1-q", "question": "Which gene?", "ideal": "right", "distractors": ["x", "y", "z"]}""");
        Assert.Equal("Question: Which gene?\n A. right\n B. z\n C. x\n D. y\nAnswer:", Build("lab_bench_dbqa:mc::none", "shots=0").Requests[0].Context);
        var rc = Build("lab_bench_dbqa_rc_3shot", "shots=0").Requests;
        Assert.Equal([" x", " y", " z", " right"], rc.Take(4).Select(request => request.Continuation!));
        Assert.Equal("3", rc[0].Label!.Value.GetRawText());
    }

    [Fact]
    public void Suites_have_the_published_members_and_averages()
    {
        Assert.Equal(["coqa::olmes", "squad::olmes", "jeopardy::olmes", "naturalqs::olmes", "drop::olmes"], Catalog.Expand("olmo_2_generative"));
        Assert.Equal(8 + 27 + 1 + 14 + 1, Catalog.Expand("olmo_2_heldout").Count);
        Assert.Equal(11, Catalog.Expand("main_suite::olmo1").Count);
        Assert.Equal((Aggregate.Micro, Aggregate.Macro), (Catalog.Suites["bbh:cot-v1::tulu"].Aggregate, Catalog.Suites["bbh:cot-v1::olmes"].Aggregate));
        Assert.Equal(
            ["gsm8k::tulu", "drop::llama3", "minerva_math::tulu", "codex_humaneval::tulu", "codex_humanevalplus::tulu", "ifeval::tulu", "popqa::tulu", "mmlu:mc::tulu", "alpaca_eval_v2::tulu", "bbh:cot-v1::tulu", "truthfulqa::tulu"],
            Catalog.Suites["tulu_3_dev"].Members);
        Assert.Equal((5, 3, 1), (Catalog.Find("agi_eval_sat-math::olmes").Shots, Catalog.Find("agi_eval_lsat-ar::olmes").Shots, Catalog.Find("agi_eval_sat-math:1shot::olmes").Shots));
        Assert.Equal(("Minerva:MATH", "Minerva:MATH:fixed"), (Catalog.Find("minerva_math_algebra::tulu").Fewshot.Source, Catalog.Find("minerva_math_algebra::olmes").Fewshot.Source));
        Assert.Equal(1000, Catalog.Find("popqa").Limit);
    }

    private BuiltTask Build(string task, params string[] overrides) => new RequestBuilder(new DatasetFolder(_folder.Path), null).Build(Catalog.Find(task, overrides));
}
