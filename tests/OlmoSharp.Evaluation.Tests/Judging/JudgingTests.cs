using System.Text.Json;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Evaluation.Comparison;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Endpoints;
using OlmoSharp.Evaluation.Judging;
using OlmoSharp.Evaluation.Metrics.Answers;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Evaluation.Tests.Runs;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Judging;

public sealed class JudgingTests : IDisposable
{
    private const string Task = "alpaca_eval_v2::tulu";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_win_rate_is_that_of_hand_counted_verdicts()
    {
        // Won, lost, even, and one whose verdict is neither.
        var task = await AnsweredAsync("good", "bad", "bad", "odd");
        using var judge = MadeJudge.Of((_, first, second) => first == "odd" || second == "odd" ? "D" : first == second ? "C" : first == "good" ? "A" : "B");
        var result = await CompareAsync(judge, task, Reference("bad", "good", "bad", "bad"));
        var rate = result.Metrics[JudgeResult.WinRateMetric];
        Assert.Equal((0.5, 3), (rate.Mean, rate.Count));
        // The sample deviation of 1, 0 and 1/2 is 1/2.
        Assert.Equal(0.5 / Math.Sqrt(3), rate.StandardError!.Value, 12);
        Assert.Equal((1, 1, 1), (result.Wins, result.Ties, result.Losses));
        Assert.Equal((4, 1, 0, 0), (result.Documents, result.Unreadable, result.Failures, result.Unanswered));
        Assert.Equal((1.5 / 4, 2.5 / 4), (result.LowestWinRate, result.HighestWinRate));
        Assert.Equal((0.5, 1.0), (result.PositionBias!.FirstPreferred.Mean, result.PositionBias.Consistent));
        // Equal answers make the same question in both orders.
        Assert.Equal(7, judge.Asked.Count);

        var verdicts = result.ReadVerdicts(task.Folder);
        Assert.Equal([1.0, 0, 0.5], verdicts.Take(3).Select(verdict => verdict.Metrics[JudgeResult.WinRateMetric]));
        Assert.Contains("cannot be read", verdicts[3].Failure, StringComparison.Ordinal);
        Assert.All(verdicts, verdict => Assert.Equal(2, verdict.Texts!.Count));
        var read = Assert.Single(JudgeResult.ReadAll(task.Folder));
        Assert.Equal(JsonSerializer.Serialize(result), JsonSerializer.Serialize(read));
        Assert.Equal("made", read.Settings["judge"]);
        Assert.Contains("{instruction}", read.Prompt.GetProperty("user").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_that_always_prefers_the_first_makes_ties_in_both_orders_and_shows_its_bias()
    {
        string[] answers = [.. Enumerable.Range(0, 12).Select(i => $"answer {i}")];
        var task = await AnsweredAsync(answers);
        using var judge = MadeJudge.Of((_, _, _) => "A");
        var both = await CompareAsync(judge, task, Reference([.. answers.Select(answer => answer + "!")]));
        Assert.Equal((0.5, 12, 1.0, 0.0), (both.Metrics[JudgeResult.WinRateMetric].Mean, both.Ties, both.PositionBias!.FirstPreferred.Mean, both.PositionBias.Consistent));

        // Each pair once, in an order that only the seed and the document decide: what was asked before is not asked again.
        using var once = judge.Ask(JudgeOrder.Random);
        var random = await CompareAsync(once, task, Reference([.. answers.Select(answer => answer + "!")]));
        Assert.Equal(24, judge.Asked.Count);
        Assert.InRange(random.Metrics[JudgeResult.WinRateMetric].Mean, 1.0 / 12, 11.0 / 12);
        Assert.Equal((1.0, null), (random.PositionBias!.FirstPreferred.Mean, random.PositionBias.Consistent));
        Assert.NotEqual(both.Hash, random.Hash);
        Assert.Equal(2, JudgeResult.ReadAll(task.Folder).Count);
    }

    /// <summary>The judge prefers the longer answer three times in four, whatever it says; the model's are longer three times in four.</summary>
    [Fact]
    public async Task A_preference_for_length_is_undone()
    {
        const int count = 64;
        string[] answers = [.. Enumerable.Range(0, count).Select(i => new string('x', i % 4 == 0 ? 10 : 30))];
        var task = await AnsweredAsync(answers);
        // Of each sixteen instructions four have the shorter preferred: one where the model is the shorter one, three where it is the longer.
        using var judge = MadeJudge.Of((instruction, first, second) => first.Length > second.Length != (int.Parse(instruction.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture) % 16 < 4) ? "A" : "B");
        var result = await CompareAsync(judge, task, Reference([.. answers.Select(_ => new string('y', 20))]));
        // 3/4 · 3/4 + 1/4 · 1/4.
        Assert.Equal(0.625, result.Metrics[JudgeResult.WinRateMetric].Mean, 12);
        Assert.Equal(0.5, result.Metrics[JudgeResult.ControlledMetric].Mean, 0.01);
        Assert.True(result.Metrics[JudgeResult.ControlledMetric].StandardError > 0);
        Assert.Equal((25.0, 20.0), (result.Length, result.AgainstLength));
        Assert.True(result.LengthEffect > 0);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_and_asks_nothing_twice()
    {
        string[] answers = [.. Enumerable.Range(0, 20).Select(i => $"answer {i}")];
        var task = await AnsweredAsync(answers);
        using var stop = new CancellationTokenSource();
        var replies = 0;
        using var judge = MadeJudge.Of((_, first, second) =>
        {
            if (Interlocked.Increment(ref replies) == 7)
            {
                stop.Cancel();
            }

            return first.Length < second.Length ? "A" : "B";
        });
        var against = Reference([.. answers.Select(answer => answer + "!")]);
        using var one = judge.Ask(atOnce: 1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new PairwiseJudging(one, PairwisePrompt.Load(null)).RunAsync(task, against, _ => { }, stop.Token));
        var before = judge.Asked.Count;
        Assert.InRange(before, 1, 8);
        Assert.Empty(JudgeResult.ReadAll(task.Folder));
        // A kill within a line.
        var log = Assert.Single(Directory.GetFiles(System.IO.Path.Combine(task.Folder, "judgements")));
        var kept = (await File.ReadAllLinesAsync(log, Cancellation)).Length - 1;
        await File.AppendAllTextAsync(log, "{\"key\": \"beef", Cancellation);
        var result = await CompareAsync(judge, task, against);
        Assert.Equal(1, result.Metrics[JudgeResult.WinRateMetric].Mean);
        Assert.Equal(before + 40 - kept, judge.Asked.Count);
        await CompareAsync(judge, task, against);
        Assert.Equal(before + 40 - kept, judge.Asked.Count);
    }

    [Fact]
    public async Task What_the_judge_refuses_is_counted_and_asked_again()
    {
        var task = await AnsweredAsync("good", "worst", "good");
        var refuses = true;
        using var judge = MadeJudge.Of((_, first, second) => refuses && (first == "worst" || second == "worst") ? null : first == "good" ? "A" : "B");
        var against = Reference("bad", "bad", "bad");
        var result = await CompareAsync(judge, task, against);
        Assert.Equal((1, 0, 3, 2), (result.Failures, result.Unreadable, result.Documents, result.Metrics[JudgeResult.WinRateMetric].Count));
        Assert.Contains("gave no answer", result.ReadVerdicts(task.Folder)[1].Failure, StringComparison.Ordinal);
        var asked = judge.Asked.Count;
        refuses = false;
        Assert.Equal((0, 3), ((result = await CompareAsync(judge, task, against)).Failures, result.Metrics[JudgeResult.WinRateMetric].Count));
        Assert.Equal(asked + 2, judge.Asked.Count);

        using var silent = new MadeJudge(_ => null);
        Assert.Contains("none", (await Assert.ThrowsAsync<EvaluationException>(() => CompareAsync(silent, task, against))).Message, StringComparison.Ordinal);
        using var vague = new MadeJudge(_ => "Both are fine");
        Assert.Contains("Both are fine", (await Assert.ThrowsAsync<EvaluationException>(() => CompareAsync(vague, task, against))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, 4)]
    [InlineData(503, 23)]
    public async Task A_judge_that_goes_away_ends_the_run(int status, int asked)
    {
        string[] answers = [.. Enumerable.Range(0, 60).Select(i => $"answer {i}")];
        var task = await AnsweredAsync(answers);
        var replies = 0;
        using var judge = new MadeJudge(_ => ++replies <= 3 ? "[[A]]" : null, status);
        using var ask = judge.Ask(JudgeOrder.Random, atOnce: 1);
        var error = await Assert.ThrowsAnyAsync<EvaluationException>(() => CompareAsync(ask, task, Reference([.. answers.Select(answer => answer + "!")])));
        Assert.Equal(status == 401, error is EndpointException { Failure: EndpointFailure.Final });
        Assert.Contains(status == 401 ? "401" : "20 questions in a row", error.Message, StringComparison.Ordinal);
        Assert.Equal(asked, judge.Asked.Count);
    }

    [Fact]
    public async Task Progress_reaches_its_end_whatever_is_refused_or_not_asked()
    {
        var task = await AnsweredAsync("good", "FAIL", "worst", "good");
        using var judge = MadeJudge.Of((_, first, second) => first == "worst" || second == "worst" ? null : "A");
        using var ask = judge.Ask();
        var judging = new PairwiseJudging(ask, PairwisePrompt.Load(null));
        var (most, gate) = (0, new Lock());
        await judging.RunAsync(task, Reference("bad", "bad", "bad", "bad"), done =>
        {
            lock (gate)
            {
                most = Math.Max(most, done);
            }
        }, Cancellation);
        Assert.Equal(4 * judging.QuestionsEach, most);
    }

    [Fact]
    public void A_reply_that_an_expression_never_ends_on_has_no_verdict()
    {
        var slow = new System.Text.RegularExpressions.Regex("((a+)+)$", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromMilliseconds(1));
        Assert.Null(AnswerPattern.LastGroup(slow, new string('a', 40) + "b"));
        Assert.Equal("2", AnswerPattern.LastGroup(AnswerPattern.Parse(@"(\d)"), "1, no, 2"));
    }

    [Fact]
    public async Task A_document_without_an_answer_is_lost()
    {
        var task = await AnsweredAsync("good", "FAIL");
        using var judge = MadeJudge.Of((_, first, _) => first == "good" ? "A" : "B");
        var result = await CompareAsync(judge, task, Reference("bad", "bad"));
        Assert.Equal((0.5, 1, 1), (result.Metrics[JudgeResult.WinRateMetric].Mean, result.Unanswered, result.Losses));
        Assert.Equal(2, judge.Asked.Count);
    }

    [Fact]
    public async Task Grades_are_means_by_criterion_over_what_can_be_read()
    {
        var task = await AnsweredAsync("a", "bb", "ccc", "dddd");
        var rubric = System.IO.Path.Combine(_folder.Path, "rubric.yaml");
        await File.WriteAllTextAsync(rubric, """
            user: "{criterion}|{description}|{instruction}|{answer}|{lowest} to {highest}"
            grade: "grade=(\\d+)"
            lowest: 0
            highest: 5
            criteria: {length: How long., half: Half of it.}
            """, Cancellation);
        using var judge = new MadeJudge(user => user.Split('|') is [var criterion, _, _, var answer, "0 to 5"]
            ? criterion == "half" && answer == "dddd" ? "grade=9" : $"not grade=0 but grade={answer.Length}" : null);
        using var ask = judge.Ask();
        var result = await new RubricJudging(ask, RubricPrompt.Load(rubric)).RunAsync(task, _ => { }, Cancellation);
        Assert.Equal([JudgeResult.GradeMetric, "length", "half"], result.Metrics.Keys);
        // 1, 2, 3, 4: mean 2.5, deviation √(5/3); of the other criterion 9 is off the scale.
        Assert.Equal((2.5, 4), (result.Metrics["length"].Mean, result.Metrics["length"].Count));
        Assert.Equal(Math.Sqrt(5.0 / 3 / 4), result.Metrics["length"].StandardError!.Value, 12);
        Assert.Equal((2.0, 3), (result.Metrics["half"].Mean, result.Metrics["half"].Count));
        Assert.Equal((2.0, 3), (result.Metrics[JudgeResult.GradeMetric].Mean, result.Metrics[JudgeResult.GradeMetric].Count));
        Assert.Equal((1, 0), (result.Unreadable, result.Failures));
        Assert.Equal([0.0, 5], result.Scale!);
        Assert.Contains("length|How long.|Do thing 0|a|0 to 5", judge.Asked);
    }

    [Fact]
    public async Task Files_of_prompts_are_checked_and_answers_cannot_fill_them()
    {
        var own = System.IO.Path.Combine(_folder.Path, "prompt.yaml");
        async Task<PairwisePrompt> LoadAsync(string user)
        {
            await File.WriteAllTextAsync(own, $"user: '{user}'\nverdict: '(\\d)'\nfirst: '1'\nsecond: '2'\n", Cancellation);
            return PairwisePrompt.Load(own);
        }

        var prompt = await LoadAsync("{instruction} + {first} + {second}");
        Assert.Equal("i + {second} + {first}", prompt.Messages("i", "{second}", "{first}").User);
        Assert.Equal([1.0, 0, null], new[] { "2, no, 1", "2", "3" }.Select(prompt.Read));
        Assert.Contains("{third}", (await Assert.ThrowsAsync<EvaluationException>(() => LoadAsync("{instruction}{first}{second}{third}"))).Message, StringComparison.Ordinal);
        Assert.Contains("must name {second}", (await Assert.ThrowsAsync<EvaluationException>(() => LoadAsync("{instruction}{first}"))).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(own, "user: x\nverdicts: x\n", Cancellation);
        Assert.Throws<ConfigException>(() => PairwisePrompt.Load(own));
        Assert.Equal(0, PairwisePrompt.Load(null).Read("B."));
    }

    [Fact]
    public async Task Models_judged_alike_are_compared_document_by_document()
    {
        var first = await AnsweredAsync("good", "bad", "bad", "bad");
        var second = await AnsweredAsync(new ModelIdentity("other", "fedcba9876543210-x", "scripted"), "good", "good", "good", "bad");
        using var judge = MadeJudge.Of((_, one, two) => one == two ? "C" : one == "good" ? "A" : "B");
        var against = Reference("bad", "bad", "bad", "bad");
        await CompareAsync(judge, first, against);
        await CompareAsync(judge, second, against);
        var comparison = ResultComparison.Of([first.Folder, second.Folder], []);
        Assert.Equal([Task, $"{Task}: length_controlled_win_rate (against reference, judge made)", $"{Task}: win_rate (against reference, judge made)"], comparison.Rows.Select(row => row.Name));
        Assert.Null(comparison.Rows[0].Scores[1].Difference);
        Assert.Null(comparison.Rows[1].Scores[1].Difference);
        var difference = comparison.Rows[2].Scores[1].Difference!;
        // 1, ½, ½, ½ against 1, 1, 1, ½.
        Assert.Equal((0.25, 2, 0), (difference.Difference, difference.Wins, difference.Losses));
    }

    [Fact]
    public async Task References_are_another_folder_or_a_file_and_must_be_whole()
    {
        var task = await AnsweredAsync("good", "bad");
        var other = await AnsweredAsync(new ModelIdentity("other", "fedcba9876543210-x", "scripted"), "x", "y");
        Assert.Equal(["x", "y"], ReferenceAnswers.Read(other.Folder, task).Texts);
        _folder.Write("reference.jsonl", """{"instruction": "Do thing 1", "output": "b", "generator": "theirs"}""", """{"instruction": "Do thing 0", "output": "a", "generator": "theirs"}""");
        var read = ReferenceAnswers.Read(System.IO.Path.Combine(_folder.Path, "reference.jsonl"), task);
        Assert.Equal("theirs", read.Name);
        Assert.Equal(["a", "b"], read.Texts);
        _folder.Write("reference.jsonl", """{"instruction": "Do thing 1", "output": "b"}""");
        Assert.Contains("1 of 2 instructions", Assert.Throws<EvaluationException>(() => ReferenceAnswers.Read(System.IO.Path.Combine(_folder.Path, "reference.jsonl"), task)).Message, StringComparison.Ordinal);
        _folder.Write("reference.jsonl", """{"instruction": "Do thing 1"}""");
        Assert.Contains("\"output\"", Assert.Throws<EvaluationException>(() => ReferenceAnswers.Read(System.IO.Path.Combine(_folder.Path, "reference.jsonl"), task)).Message, StringComparison.Ordinal);
        Assert.Contains("no results of piqa", Assert.Throws<EvaluationException>(() => JudgedTask.Read(task.Folder, "piqa:mc::olmes")).Message, StringComparison.Ordinal);
    }

    private static ReferenceAnswers Reference(params string[] texts) => new("reference", texts);

    private static async Task<JudgeResult> CompareAsync(MadeJudge judge, JudgedTask task, ReferenceAnswers against)
    {
        using var ask = judge.Ask();
        return await CompareAsync(ask, task, against);
    }

    private static Task<JudgeResult> CompareAsync(Judge judge, JudgedTask task, ReferenceAnswers against) => new PairwiseJudging(judge, PairwisePrompt.Load(null)).RunAsync(task, against, _ => { }, Cancellation);

    private Task<JudgedTask> AnsweredAsync(params string[] answers) => AnsweredAsync(new ModelIdentity("scripted", "0123456789abcdef-scripted", "scripted"), answers);

    /// <summary>A run of the task by a model that gives these answers.</summary>
    private async Task<JudgedTask> AnsweredAsync(ModelIdentity identity, params string[] answers)
    {
        _folder.Write("alpaca_eval.eval.jsonl", [.. answers.Select((_, i) => $$"""{"instruction": "Do thing {{i}}"}""")]);
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder.Path), null));
        var output = System.IO.Path.Combine(_folder.Path, "out-" + identity.Name);
        var model = new ScriptedModel(request => answers[request.DocumentId] == "FAIL" ? RequestAnswer.Failed("no") : new() { Text = answers[request.DocumentId] }) { Identity = identity };
        string[] names = [Task];
        var results = await run.RunAsync(names, run.Build(names), model, output, (_, _) => { }, Cancellation);
        Assert.Equal("num_chars", results.Tasks[0].Metric);
        return JudgedTask.Read(output, null);
    }
}
