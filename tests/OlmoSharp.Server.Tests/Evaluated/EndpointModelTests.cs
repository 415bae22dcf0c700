using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Server.Tests.Serving;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;
using Xunit;

namespace OlmoSharp.Server.Tests.Evaluated;

/// <summary>A model evaluated through this server against the same model evaluated from its files.</summary>
public sealed class EndpointModelTests(SampleModel sample) : IClassFixture<SampleModel>, IAsyncLifetime
{
    private static readonly Tokenizer OtherTokenizer = BpeTrainer.Train(["a quick lazy dog jumps over the brown fox"], new BpeTrainerOptions { VocabularySize = 290, MinFrequency = 1 });

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private TestServer _server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(sample);
        await WriteAsync(
            "piqa.validation.jsonl",
            """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "über die Brücke 😀", "label": 0}""",
            """{"goal": "元素 list", "sol1": "Wet it.", "sol2": "Gets the number of elements.", "label": 1}""",
            $$"""{"goal": "{{string.Concat(Enumerable.Repeat("the number of elements ", 40))}}", "sol1": "Heat it.", "sol2": "Sing.", "label": 0}""");
        await WriteAsync(
            "gsm8k.test.jsonl",
            """{"question": "What is the number of elements in the list?", "answer": "One.\n#### 1"}""",
            """{"question": "Ann is 30. How old is Ann?", "answer": "30.\n#### 30"}""");
        await WriteAsync(
            "ifeval.train.jsonl",
            """{"key": 1, "prompt": "Name the elements", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}""",
            """{"key": 2, "prompt": "Gets the list", "instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}""");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Every number that a score is made of, to the rounding of a float's logarithm.</summary>
    [Theory]
    [InlineData("piqa:rc::olmes", "")]
    [InlineData("piqa:mc::olmes", "")]
    [InlineData("gsm8k::olmes", "generation.max_tokens=12")]
    [InlineData("gsm8k::olmes", "generation.max_tokens=12 generation.temperature=0.9 generation.top_p=0.95 generation.repeats=3")]
    [InlineData("ifeval::tulu", "generation.max_tokens=12 generation.truncate_context=true")]
    public async Task Answers_are_those_of_the_model_itself(string name, string overrides)
    {
        // Less than the context, so that the last token has a place and the long document loses its beginning in both.
        var task = Build(name, ["shots=0", "max_length=100", .. overrides.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        await using var local = LocalModel.Load(sample.Path);
        await using var endpoint = Endpoint(new() { Tokenizer = SampleModel.Tokenizer });
        var expected = await AnswersAsync(local, task);
        var answers = await AnswersAsync(endpoint, task);
        Assert.Equal(task.Requests.Count, answers.Length);
        foreach (var (own, other) in expected.Zip(answers))
        {
            Assert.Null(own.Failure);
            Assert.Equal(own with { LogLikelihood = null, ContextTokens = 0 }, other with { LogLikelihood = null, ContextTokens = 0 });
            Assert.Equal(own.LogLikelihood ?? 0, other.LogLikelihood ?? 0, 1e-5);
            Assert.Equal(own.ContextTokens, other.ContextTokens);
        }

        Assert.Equal(name.StartsWith("piqa", StringComparison.Ordinal), answers.Any(answer => answer.DroppedTokens > 0));
    }

    /// <summary>With the template here, a chat goes as ids, and its likelihoods and beginnings of answers too.</summary>
    [Fact]
    public async Task Chats_go_as_ids_where_tokenizer_and_template_are_known()
    {
        var template = ChatTemplate.Read(sample.Path)!;
        await using var local = LocalModel.Load(sample.Path);
        await using var endpoint = Endpoint(new() { Tokenizer = SampleModel.Tokenizer, Template = template });
        var chat = Build("ifeval::tulu", ["generation.max_tokens=8"]);
        BuiltTask[] tasks =
        [
            chat with { Requests = [.. chat.Requests.Select(request => request with { AnswerPrefix = "Gets" })] },
            chat with { Requests = [.. chat.Requests.Select(request => request with { Kind = RequestKind.Loglikelihood, Continuation = "the list" })] },
        ];
        foreach (var task in tasks)
        {
            endpoint.Check([task]);
            foreach (var (own, other) in (await AnswersAsync(local, task)).Zip(await AnswersAsync(endpoint, task)))
            {
                Assert.Null(other.Failure);
                Assert.Equal(own.Text, other.Text);
                Assert.Equal(own.LogLikelihood ?? 0, other.LogLikelihood ?? 0, 1e-5);
            }
        }
    }

    [Fact]
    public async Task Whole_texts_go_in_windows()
    {
        var task = Build("piqa:rc::olmes", ["shots=0", "max_length=16"]);
        task = task with { Requests = [task.Requests[0] with { Kind = RequestKind.LoglikelihoodRolling, Continuation = string.Concat(Enumerable.Repeat("über die 元素 list. ", 30)) }] };
        await using var local = LocalModel.Load(sample.Path);
        await using var endpoint = Endpoint(new() { Tokenizer = SampleModel.Tokenizer });
        var (own, other) = ((await AnswersAsync(local, task))[0], (await AnswersAsync(endpoint, task))[0]);
        Assert.Equal(own.LogLikelihood!.Value, other.LogLikelihood!.Value, 1e-4);
        Assert.Equal(SampleModel.Tokenizer.Encode(task.Requests[0].Continuation!).Length, other.ScoredTokens);
        Assert.True(other.ScoredTokens > 3 * 16);
    }

    /// <summary>Without a tokenizer the server makes ids, after an end-of-text token: by the model's own logits, in double precision.</summary>
    [Fact]
    public async Task Texts_are_scored_by_the_servers_own_ids()
    {
        var task = Build("piqa:rc::olmes", ["shots=0"]);
        task = task with { Requests = [.. task.Requests.Where(request => request.DocumentId < 2)] };
        await using var endpoint = Endpoint(new());
        foreach (var (request, answer) in task.Requests.Zip(await AnswersAsync(endpoint, task)))
        {
            Assert.Null(answer.Failure);
            int[] ids = [SampleModel.Tokenizer.EndOfTextId, .. SampleModel.Tokenizer.Encode(request.Context + request.Continuation)];
            var context = 1 + SampleModel.Tokenizer.Encode(request.Context).Length;
            var logits = sample.Logits(ids);
            var expected = Enumerable.Range(context, ids.Length - context).Sum(i => logits[i - 1][ids[i]] - LogSumExp(logits[i - 1]));
            Assert.Equal(expected, answer.LogLikelihood!.Value, 1e-4);
            Assert.Equal(ids.Length - context, answer.ScoredTokens);
        }
    }

    [Fact]
    public async Task A_run_has_the_scores_of_the_model_and_goes_on_without_the_server_where_all_is_answered()
    {
        string[] names = ["piqa:rc::olmes", "gsm8k::olmes"];
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder), null)) { Overrides = ["shots=0", "max_length=100", "generation.max_tokens=6"] };
        var tasks = run.Build(names);
        await using var local = LocalModel.Load(sample.Path);
        await using var endpoint = Endpoint(new() { Tokenizer = SampleModel.Tokenizer });
        var expected = await RunAsync(local, "local");
        var results = await RunAsync(endpoint, "served");
        foreach (var (own, other) in expected.Tasks.Zip(results.Tasks))
        {
            Assert.Equal((own.Metric, own.Documents, own.Failures, own.Truncated), (other.Metric, other.Documents, other.Failures, other.Truncated));
            Assert.All(own.Metrics, metric => Assert.Equal(metric.Value.Mean, other.Metrics[metric.Key].Mean, 1e-5));
        }

        Assert.Equal(("endpoint", "ids", SampleModel.Tokenizer.Sha256), (results.Model.Kind, results.ModelSettings["prompts"], results.ModelSettings["tokenizer"]));
        await _server.DisposeAsync();
        Assert.Equal(results.Tasks.Select(task => task.Score), (await RunAsync(endpoint, "served")).Tasks.Select(task => task.Score));
        _server = await TestServer.StartAsync(sample);

        Task<EvaluationResults> RunAsync(IEvaluatedModel model, string output) => run.RunAsync(names, tasks, model, Path.Combine(_folder, output), (_, _) => { }, Cancellation);
    }

    [Fact]
    public async Task Another_models_tokenizer_is_found_out()
    {
        await using var endpoint = Endpoint(new() { Tokenizer = OtherTokenizer });
        var error = await Assert.ThrowsAnyAsync<Exception>(() => AnswersAsync(endpoint, Build("piqa:rc::olmes", ["shots=0"])));
        Assert.Contains("the tokenizer is not the model's", error.Message, StringComparison.Ordinal);
    }

    private static double LogSumExp(float[] logits)
    {
        var most = logits.Max();
        return most + Math.Log(logits.Sum(logit => Math.Exp((double)logit - most)));
    }

    private static async Task<RequestAnswer[]> AnswersAsync(IEvaluatedModel model, BuiltTask task)
    {
        var answers = new RequestAnswer[task.Requests.Count];
        await model.AnswerAsync(task.Spec, task.Requests, (place, answer) => answers[place] = answer, Cancellation);
        return answers;
    }

    private BuiltTask Build(string name, string[] overrides) => new RequestBuilder(new DatasetFolder(_folder), null).Build(TaskCatalog.Load().Find(name, overrides));

    private EndpointModel Endpoint(EndpointModelSettings settings) => new(new() { Address = new(_server.Server.Address, "v1"), Model = SampleModel.Name, Retries = 1 }, settings);

    private Task WriteAsync(string name, params string[] lines) => File.WriteAllLinesAsync(Path.Combine(_folder, name), lines, Cancellation);
}
