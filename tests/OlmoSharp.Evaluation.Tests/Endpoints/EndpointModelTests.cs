using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Endpoints;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Chat;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Endpoints;

/// <summary>Models behind services that answer well, in all the ways that services differ, and badly.</summary>
public sealed class EndpointModelTests : IDisposable
{
    private const string Task = "piqa:rc::olmes";
    private static readonly TaskSpec Spec = TaskCatalog.Load().Find(Task, ["shots=0"]);
    private readonly TemporaryFolder _folder = new();
    private readonly string _output;

    public EndpointModelTests()
    {
        _output = System.IO.Path.Combine(_folder.Path, "out");
        _folder.Write(
            "piqa.validation.jsonl",
            """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""",
            """{"goal": "Dry a cup", "sol1": "Wet it.", "sol2": "Rub it with a cloth.", "label": 1}""",
            """{"goal": "Boil water", "sol1": "Heat it.", "sol2": "Sing.", "label": 0}""");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds() => ["plain", "no offsets", "offsets alone", "beginning", "beginning, no offsets", "one must be generated"];

    /// <summary>" Τurn the lid." is the tokens " Turn", " the", " lid", ".", whatever the service says of their places.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_end_of_a_prompt_is_found(string kind)
    {
        var model = kind switch
        {
            "no offsets" => new MadeModel { HasOffsets = false },
            "offsets alone" => new() { HasTexts = false },
            "beginning" => new() { Beginning = "<s>" },
            "beginning, no offsets" => new() { Beginning = "<s>", HasOffsets = false },
            "one must be generated" => new() { FewestGenerated = 1 },
            _ => new(),
        };
        using var service = new MadeService((_, body) => model.Answer(body));
        // A character of two UTF-16 units tells units from code points.
        var answers = await AnswersAsync(service, Scored("😀 Goal: Open a jar\nAnswer:", " Turn the lid."), Scored("😀 Goal: Open a jar\nAnswer: ", "Turn ab"));
        Assert.Equal(-14 / 10.0, answers[0].LogLikelihood!.Value, 9);
        Assert.Equal((4, false), (answers[0].ScoredTokens, answers[0].IsGreedy));
        // White space at the context's end is the continuation's; " ab" has an odd length.
        Assert.Equal(-8 / 10.0, answers[1].LogLikelihood!.Value, 9);
        Assert.Equal((2, false), (answers[1].ScoredTokens, answers[1].IsGreedy));
        Assert.All(answers, answer => Assert.Null(answer.Failure));
    }

    [Fact]
    public async Task Greedy_is_what_is_the_most_probable_each_time_and_unknown_where_the_service_does_not_say()
    {
        using var service = new MadeService((_, body) => new MadeModel().Answer(body));
        // Even lengths.
        Assert.True((await AnswersAsync(service, Scored("Goal:", " abc abc")))[0].IsGreedy);
        Assert.False((await AnswersAsync(service, Scored("Goal:", " abc ab")))[0].IsGreedy);
        using var silent = new MadeService((_, body) => new MadeModel().Answer(body, logprobs => logprobs.Remove("top_logprobs")));
        Assert.Null((await AnswersAsync(silent, Scored("Goal:", " abc abc")))[0].IsGreedy);
    }

    public static TheoryData<string, string> Faults() => new()
    {
        { "short", "end before the prompt does" },
        { "null", "no log-probability of token 5" },
        { "impossible", "log-probability -9999, which is none" },
        { "infinite", "the answer is no completion" },
        { "positive", "log-probability 3, which is none" },
        { "long", "3 tokens after the prompt, though 0 were asked for" },
        { "joined", "both sides of the border" },
        { "uneven", "log-probabilities of" },
        { "html", "the answer is no completion" },
        { "refused", "the prompt is too long" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_is_a_failure_of_its_own_with_the_reason(string fault, string reason)
    {
        using var service = new MadeService((_, body) => !body.Contains("bad", StringComparison.Ordinal) ? new MadeModel().Answer(body)
            : fault switch
            {
                "html" => new(200, "<html><body>Busy</body></html>"),
                "refused" => new(400, """{"error": {"message": "the prompt is too long"}}"""),
                "joined" => new MadeModel { Words = 2 }.Answer(body),
                _ => new MadeModel().Answer(body, logprobs => Spoil(logprobs, fault)),
            });
        var answers = await AnswersAsync(service, Scored("Goal: good\nAnswer:", " Turn"), Scored("Goal: bad\nAnswer:", " Turn"), Scored("Goal: well\nAnswer:", " Turn"));
        Assert.Contains(reason, answers[1].Failure, StringComparison.Ordinal);
        Assert.Null(answers[1].LogLikelihood);
        Assert.Equal([-0.5, -0.5], new[] { answers[0].LogLikelihood, answers[2].LogLikelihood });
    }

    public static TheoryData<string> NoEchoes() => ["no echo", "no log-probabilities", "short"];

    [Theory]
    [MemberData(nameof(NoEchoes))]
    public async Task A_service_without_log_probabilities_of_prompts_is_told_at_once(string kind)
    {
        using var service = new MadeService((_, body) => kind switch
        {
            "no echo" => new MadeModel { Echoes = false }.Answer(body),
            "short" => new MadeModel().Answer(body, logprobs => Spoil(logprobs, "short")),
            _ => new(200, """{"choices": [{"text": "The quick brown fox jumps"}]}"""),
        });
        var error = await Assert.ThrowsAsync<EvaluationException>(() => AnswersAsync(service, [.. Enumerable.Range(0, 50).Select(_ => Scored("a", " b"))]));
        Assert.Contains("gives no log-probabilities of a prompt", error.Message, StringComparison.Ordinal);
        Assert.Contains("run generation tasks with it", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, service.Requests.Count);
    }

    [Theory]
    [InlineData(401, """{"error": {"message": "no such key"}}""")]
    [InlineData(403, "forbidden")]
    [InlineData(404, """{"error": {"message": "The model does not exist", "code": "model_not_found"}}""")]
    [InlineData(400, """{"error": {"message": "The model does not exist", "param": "model"}}""")]
    [InlineData(429, """{"error": {"message": "no money", "code": "insufficient_quota"}}""")]
    public async Task What_no_request_will_get_past_ends_the_run_at_once(int status, string body)
    {
        using var service = new MadeService((_, _) => new(status, body));
        var error = await Assert.ThrowsAsync<EndpointException>(() => AnswersAsync(service, [.. Enumerable.Range(0, 50).Select(_ => Generated("a"))]));
        Assert.Contains($"{status}", error.Message, StringComparison.Ordinal);
        // As many as are sent at once.
        Assert.InRange(service.Requests.Count, 1, 4);
    }

    /// <summary>Dropped connections, limits, trouble, half a body: the run has all answers, and those that stay away are asked for again by the next.</summary>
    [Fact]
    public async Task A_bad_service_costs_no_documents()
    {
        var calls = 0;
        var isWell = false;
        var attempts = new ConcurrentDictionary<string, int>();
        using var service = new MadeService((_, body) =>
        {
            Interlocked.Increment(ref calls);
            return (isWell ? 0 : attempts.AddOrUpdate(body, 1, (_, count) => count + 1)) switch
            {
                // Of the first run no request for this text is ever answered.
                > 0 when body.Contains("Rub it", StringComparison.Ordinal) => new(503, "{}"),
                1 => null,
                2 => new(429, "slow down", "Retry-After: 0"),
                3 => new MadeModel().Answer(body) with { Missing = 7 },
                _ => new MadeModel().Answer(body),
            };
        });
        var failed = (await RunAsync(service)).Tasks[0];
        Assert.Equal((3, 3, 1, 12), (failed.Documents, failed.Score.Count, failed.Failures, failed.Requests));
        isWell = true;
        calls = 0;
        var whole = (await RunAsync(service)).Tasks[0];
        Assert.Equal((3, 3, 0, 12), (whole.Documents, whole.Score.Count, whole.Failures, whole.Requests));
        // The probe, and the text with and without its context.
        Assert.Equal(3, calls);
        // Per character all are a tenth, but where a first token stands alone nothing changes that.
        Assert.Equal([-1.4, -0.6], EvaluationResults.ReadInstances(_output, Task)[0].LogLikelihoods!.Select(value => Math.Round(value, 9)));
    }

    [Fact]
    public async Task A_service_that_is_gone_ends_the_run_and_keeps_what_was_answered()
    {
        var calls = 0;
        using var service = new MadeService((_, body) => Interlocked.Increment(ref calls) <= 31 ? new MadeModel().Answer(body) : null);
        var kept = 0;
        // One at a time, so that none is still to be answered when others have failed.
        await using var model = Model(service, new() { Parallel = 1 }, retries: 0);
        var error = await Assert.ThrowsAsync<EvaluationException>(() => model.AnswerAsync(
            Spec, [.. Enumerable.Range(0, 500).Select(_ => Scored("a", " b"))], (_, answer) => kept += answer.Failure is null ? 1 : 0, Cancellation));
        Assert.Contains("20 requests in a row stayed without an answer", error.Message, StringComparison.Ordinal);
        Assert.Equal(30, kept);
        Assert.Equal(31 + 20, calls);
    }

    [Fact]
    public async Task A_service_that_refuses_all_is_not_asked_all()
    {
        using var service = new MadeService((_, _) => new(400, """{"error": {"message": "unknown parameter"}}"""));
        var error = await Assert.ThrowsAsync<EvaluationException>(() => AnswersAsync(service, [.. Enumerable.Range(0, 500).Select(_ => Generated("a"))]));
        Assert.Contains("unknown parameter", error.Message, StringComparison.Ordinal);
        Assert.InRange(service.Requests.Count, 20, 30);
    }

    [Fact]
    public async Task So_many_requests_are_under_way_at_once_and_no_more()
    {
        var (now, most) = (0, 0);
        var gate = new Lock();
        List<TaskCompletionSource> waiting = [];
        using var service = new MadeService((_, body) =>
        {
            if (body.Contains("quick brown", StringComparison.Ordinal))
            {
                return new MadeModel().Answer(body);
            }

            lock (gate)
            {
                most = Math.Max(most, ++now);
                var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.Add(own);
                // Three must be here for any to go on.
                if (now == 3)
                {
                    now = 0;
                    waiting.ForEach(one => one.SetResult());
                    waiting.Clear();
                }

                return new MadeModel().Answer(body) with { Hold = own.Task };
            }
        });
        await using var model = Model(service, settings: new() { Parallel = 3 });
        var answered = 0;
        await model.AnswerAsync(Spec, [.. Enumerable.Range(0, 12).Select(_ => Scored("a", " b"))], (_, _) => answered++, Cancellation);
        Assert.Equal((12, 3), (answered, most));
        Assert.Empty(waiting);
    }

    [Fact]
    public async Task A_slow_body_is_given_up_and_is_a_failure()
    {
        var never = new TaskCompletionSource();
        using var service = new MadeService((_, body) => new MadeModel().Answer(body) with { Hold = body.Contains("bad", StringComparison.Ordinal) ? never.Task : null });
        await using var model = new EndpointModel(new() { Address = service.Address, Model = "m", Retries = 0, Timeout = TimeSpan.FromMilliseconds(500) }, new());
        List<RequestAnswer> answers = [];
        await model.AnswerAsync(Spec, [Scored("bad", " b")], (_, answer) => answers.Add(answer), Cancellation);
        never.SetResult();
        Assert.Contains("no answer within", Assert.Single(answers).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_stop_texts_are_sent_and_the_earliest_of_all_ends_the_text()
    {
        using var service = new MadeService((_, _) => new(200, """{"choices": [{"text": " 4 apples six five", "finish_reason": "length"}], "usage": {"prompt_tokens": 2, "completion_tokens": 9}}"""));
        var answers = await AnswersAsync(service, Generated("How many?", ["one", "two", "three", "four", "five", "six"]), Generated("How many?", ["none"], temperature: 0.8));
        Assert.Equal((" 4 apples ", "stop", 9), (answers[0].Text, answers[0].Finish, answers[0].GeneratedTokens));
        Assert.Equal((" 4 apples six five", "length"), (answers[1].Text, answers[1].Finish));
        var bodies = service.Requests.Select(request => JsonNode.Parse(request.Body)!).OrderBy(body => body["temperature"]!.GetValue<double>()).ToList();
        Assert.Equal(["one", "two", "three", "four"], bodies[0]["stop"]!.AsArray().Select(stop => stop!.GetValue<string>()));
        Assert.Null(bodies[0]["seed"]);
        Assert.Equal(((7L << 16) + 2, 0.8), (bodies[1]["seed"]!.GetValue<long>(), bodies[1]["temperature"]!.GetValue<double>()));
    }

    [Fact]
    public async Task Chats_are_sent_as_messages_and_what_a_chat_cannot_do_is_refused_before_anything_is_sent()
    {
        using var service = new MadeService((_, _) => new(200, """{"choices": [{"message": {"content": "Hello\n\nyou"}, "finish_reason": "stop"}]}"""));
        var chat = Generated("", ["\n\n"]) with { Messages = [new(ChatRole.System, "Be kind."), new(ChatRole.User, "Hi")] };
        Assert.Equal("Hello", (await AnswersAsync(service, chat))[0].Text);
        Assert.True(service.Requests.TryDequeue(out var request));
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("[system Be kind., user Hi]", $"[{string.Join(", ", JsonNode.Parse(request.Body)!["messages"]!.AsArray().Select(message => $"{message!["role"]} {message["content"]}"))}]");

        await using var model = Model(service);
        foreach (var (wrong, reason) in new[] { (chat with { AnswerPrefix = "Answer:" }, "begins a new one"), (chat with { Kind = RequestKind.Loglikelihood, Continuation = "A" }, "no likelihood") })
        {
            var error = Assert.Throws<EvaluationException>(() => model.Check([Built(wrong)]));
            Assert.Contains(reason, error.Message, StringComparison.Ordinal);
            Assert.Contains("--tokenizer, --chat-template", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(service.Requests);
    }

    [Fact]
    public void Models_are_told_apart_by_address_name_and_how_they_are_asked()
    {
        EndpointOptions options = new() { Address = new("http://localhost:1/v1"), Model = "m" };
        EndpointModel[] models =
        [
            new(options, new()), new(options with { Model = "n" }, new()), new(options with { Address = new("http://localhost:2/v1") }, new()),
        ];
        Assert.Equal(3, models.Select(model => model.Identity.Hash[..12]).Distinct().Count());
        // Neither a key nor patience makes another model, nor a line at the address's end.
        Assert.Equal(models[0].Identity, new EndpointModel(options with { ApiKey = "k", Retries = 1, Address = new("http://localhost:1/v1/") }, new() { Parallel = 9 }).Identity);
        Assert.Contains("--tokenizer", Assert.Throws<EvaluationException>(() => new EndpointModel(options, new() { ContextLength = 9 })).Message, StringComparison.Ordinal);
    }

    /// <summary>Offsets that count a beginning of text, of a prompt whose tokens do not spell it: each is three too late.</summary>
    [Fact]
    public void Places_that_are_shifted_are_an_error()
    {
        const string prompt = "🙂 A: yes";
        (string Text, int Offset)[] right = [("\uFFFD", 0), ("\uFFFD", 0), (" A", 1), (":", 3), (" yes", 4)];
        Assert.Equal((-4, 1), Score([.. right]));
        Assert.Equal((-4, 1), Score([("<s>", 0), .. right]));
        Throws("\"<s>\" is not there", [("<s>", 0), .. right.Select(token => (token.Text, token.Offset + 3))]);
        Throws("\" A\" is not there", [("\uFFFD", 0), .. right.Select(token => (token.Text, token.Offset + 3))]);
        Throws("ends behind the text", [.. right[..^1], ("\uFFFDes", 4), ("\uFFFD", 9)]);
        Throws("before the prompt does", right[..^1]);

        (double, int) Score((string Text, int Offset)[] tokens)
        {
            var answer = new EndpointText(prompt, "length", [.. tokens.Select((token, i) => new EndpointToken(token.Text, -i + (tokens.Length - 5), new Dictionary<string, double>()) { Offset = token.Offset })], tokens.Length, 0);
            var score = EchoedPrompt.ScoreText(answer, prompt, "🙂 A:".Length, 0);
            return (score.LogLikelihood, score.Tokens);
        }

        void Throws(string reason, (string Text, int Offset)[] tokens) =>
            Assert.Contains(reason, Assert.Throws<EvaluationException>(() => Score(tokens)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_context_is_room_for_prompt_and_answer_whatever_was_asked_before_and_none_is_an_error()
    {
        var tokenizer = BpeTrainer.Train(["The quick brown fox jumps over the lazy dog."], new BpeTrainerOptions { VocabularySize = 270, MinFrequency = 1 }, cancellationToken: TestContext.Current.CancellationToken);
        using var service = new MadeService((_, body) =>
        {
            var request = JsonNode.Parse(body)!;
            var (count, generated) = (request["prompt"]!.AsArray().Count, request["max_tokens"]!.GetValue<int>());
            return generated == 0 ? new(400, """{"error": "max_tokens must be 1 or more"}""") : new(200, new JsonObject
            {
                ["choices"] = new JsonArray(new JsonObject
                {
                    ["text"] = "The quick brown fox jumps over the lazy dog.",
                    ["logprobs"] = new JsonObject
                    {
                        ["tokens"] = new JsonArray([.. Enumerable.Range(0, count + generated).Select(_ => (JsonNode)"x")]),
                        ["token_logprobs"] = new JsonArray([.. Enumerable.Range(0, count + generated).Select(_ => (JsonNode)(-1.0))]),
                    },
                }),
            }.ToJsonString());
        });
        List<EvaluationRequest> texts = [Generated("The quick brown fox jumps over the lazy dog, and over the fox.")];
        List<EvaluationRequest> scored = [Scored("The quick brown fox jumps over the lazy dog.", " The fox")];
        await using var model = Model(service, new() { Tokenizer = tokenizer, ContextLength = 20, Parallel = 1 });
        foreach (var requests in new[] { texts, scored, texts })
        {
            await model.AnswerAsync(Spec, requests, (_, answer) => Assert.Null(answer.Failure), Cancellation);
        }

        var asked = service.Requests.Select(request => JsonNode.Parse(request.Body)!).Select(body => (Prompt: body["prompt"]!.AsArray().Count, Answer: body["max_tokens"]!.GetValue<int>())).ToList();
        Assert.Equal([(11, 9), (11, 9)], new[] { asked[0], asked[^1] });
        // The likelihood is asked last but one, of a prompt that is cut.
        Assert.Equal((19, 1), asked[^2]);

        await using var small = Model(service, new() { Tokenizer = tokenizer, ContextLength = 2 });
        var error = await Assert.ThrowsAsync<EvaluationException>(() => small.AnswerAsync(Spec, scored, (_, _) => { }, Cancellation));
        Assert.Contains("(--context) leaves no room", error.Message, StringComparison.Ordinal);
    }

    private static void Spoil(JsonObject logprobs, string fault)
    {
        var values = logprobs["token_logprobs"]!.AsArray();
        switch (fault)
        {
            case "short":
                foreach (var list in logprobs.Select(pair => pair.Value!.AsArray()))
                {
                    // One may be a generated one.
                    list.RemoveAt(list.Count - 1);
                    list.RemoveAt(list.Count - 1);
                }

                break;
            case "uneven":
                values.RemoveAt(values.Count - 1);
                break;
            case "long":
                foreach (var list in logprobs.Select(pair => pair.Value!.AsArray()))
                {
                    for (var i = 0; i < 3; i++)
                    {
                        list.Add(list[^1]!.DeepClone());
                    }
                }

                break;
            default:
                // Of "Goal", ":", " bad", "\nAnswer", ":", " Turn" the last.
                values[^1] = fault switch { "null" => null, "impossible" => -9999.0, "infinite" => "-Infinity", _ => 3.0 };
                break;
        }
    }

    private static EvaluationRequest Scored(string context, string continuation) => new()
    {
        Kind = RequestKind.Loglikelihood, DocumentId = 0, Index = 0, NativeId = null, Label = null, Context = context, Continuation = continuation,
    };

    private static EvaluationRequest Generated(string context, string[]? stop = null, double temperature = 0) => new()
    {
        Kind = RequestKind.GenerateUntil, DocumentId = 7, Index = 2, NativeId = null, Label = null, Context = context, Generation = new() { MaxTokens = 9, Stop = stop, Temperature = temperature },
    };

    private static BuiltTask Built(EvaluationRequest request) => new()
    {
        Spec = Spec, Files = [], Available = 1, Drawn = null, Documents = [], Examples = [], FewshotSha256 = null, HasPublishedExamples = null, Requests = [request],
    };

    private static EndpointModel Model(MadeService service, EndpointModelSettings? settings = null, int retries = 5) =>
        new(new() { Address = service.Address, Model = "m", Retries = retries, FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(3) }, settings ?? new());

    private static async Task<RequestAnswer[]> AnswersAsync(MadeService service, params EvaluationRequest[] requests)
    {
        await using var model = Model(service);
        var answers = new RequestAnswer[requests.Length];
        await model.AnswerAsync(Spec, requests, (place, answer) => answers[place] = answer, Cancellation);
        return answers;
    }

    private async Task<EvaluationResults> RunAsync(MadeService service)
    {
        await using var model = Model(service);
        var run = new EvaluationRun(TaskCatalog.Load(), new RequestBuilder(new DatasetFolder(_folder.Path), null)) { Overrides = ["shots=0"] };
        return await run.RunAsync([Task], run.Build([Task]), model, _output, (_, _) => { }, Cancellation);
    }
}
