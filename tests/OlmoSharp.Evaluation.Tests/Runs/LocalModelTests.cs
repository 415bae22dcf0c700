using OlmoSharp.Evaluation.Datasets;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Evaluation.Tasks;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Native;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Runs;

public sealed class LocalModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Tokenizer _tokenizer = BpeTrainer.Train(["Goal: Open a jar\nAnswer: Turn the lid. Rub it with a cloth.\n\nQuestion: Heat it and sing.\n"], new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1 });
    private readonly string _model;

    public LocalModelTests()
    {
        _model = System.IO.Path.Combine(_folder.Path, "model");
        Directory.CreateDirectory(_model);
        _tokenizer.Save(System.IO.Path.Combine(_model, "tokenizer.json"));
        using var model = SampleModels.Random(new ModelConfig { VocabularySize = _tokenizer.VocabularySize, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 4, KeyValueHeads = 2, ContextLength = 96 }, 3);
        ModelFolder.Save(model, _model);
        _folder.Write(
            "piqa.validation.jsonl",
            """{"goal": "Open a jar", "sol1": "Turn the lid.", "sol2": "Sing.", "label": 0}""",
            """{"goal": "Dry a cup", "sol1": "Wet it.", "sol2": "Rub it with a cloth.", "label": 1}""",
            """{"goal": "Boil much water in a big jar and then turn the lid with a cloth and sing a song of it all day long, then rub it with a cloth, wet it, heat it, dry it and turn the lid once more", "sol1": "Heat it.", "sol2": "Sing.", "label": 0}""");
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>All requests at once and one by one: the same bits; by hand on a bare engine: the same but for the order of sums.</summary>
    [Theory]
    [InlineData("piqa:rc::olmes")]
    [InlineData("piqa:mc::olmes")]
    public async Task Likelihoods_do_not_depend_on_the_batch(string name)
    {
        var task = new RequestBuilder(new DatasetFolder(_folder.Path), null).Build(TaskCatalog.Load().Find(name, ["shots=0"]));
        await using var model = LocalModel.Load(_model);
        var together = await AnswersAsync(model, task, task.Requests);
        using var engine = NativeEngine.Load(_model);
        for (var i = 0; i < task.Requests.Count; i++)
        {
            var alone = await AnswersAsync(model, task, [task.Requests[i]]);
            Assert.Equal(alone[0], together[i]);
            var (sum, count) = ByHand(engine, task.Requests[i]);
            Assert.Equal(sum, together[i].LogLikelihood!.Value, 1e-10);
            Assert.Equal(count, together[i].ScoredTokens);
        }

        Assert.True(together.Any(answer => answer.DroppedTokens > 0), "the last document is longer than the context");
        Assert.InRange(model.TokensComputed, 1, model.TokensAsked - 1);
    }

    [Fact]
    public async Task Torch_gives_the_same_to_rounding()
    {
        var task = new RequestBuilder(new DatasetFolder(_folder.Path), null).Build(TaskCatalog.Load().Find("piqa:rc::olmes", ["shots=0"]));
        await using var native = LocalModel.Load(_model);
        await using var torch = LocalModel.Load(_model, EngineKind.Torch);
        Assert.NotEqual(native.Identity.Hash, torch.Identity.Hash);
        var expected = await AnswersAsync(native, task, task.Requests);
        Assert.All(expected.Zip(await AnswersAsync(torch, task, task.Requests)), pair => Assert.Equal(pair.First.LogLikelihood!.Value, pair.Second.LogLikelihood!.Value, 1e-4));
    }

    [Fact]
    public void A_model_is_told_by_every_byte_of_its_files()
    {
        var before = ModelFiles.Hash(_model);
        Assert.Equal(before, ModelFiles.Hash(_model));
        var weights = System.IO.Path.Combine(_model, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^5] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.NotEqual(before, ModelFiles.Hash(_model));
        Assert.Contains("no such model", Assert.Throws<EvaluationException>(() => ModelFiles.Hash(_model + "x")).Message, StringComparison.Ordinal);
    }

    private static async Task<RequestAnswer[]> AnswersAsync(LocalModel model, BuiltTask task, IReadOnlyList<EvaluationRequest> requests)
    {
        var answers = new RequestAnswer[requests.Count];
        await model.AnswerAsync(task.Spec, requests, (place, answer) => answers[place] = answer, Cancellation);
        return answers;
    }

    /// <summary>The log-likelihood from the definition: ids of the joint text, all logits, a softmax in double precision.</summary>
    private (double Sum, int Count) ByHand(NativeEngine engine, EvaluationRequest request)
    {
        var whole = _tokenizer.Encode(request.Context + request.Continuation);
        var scored = whole.Length - _tokenizer.Encode(request.Context).Length;
        var ids = whole.TakeLast(engine.Config.ContextLength + 1).ToArray();
        using var sequence = engine.NewSequence();
        var size = engine.Config.VocabularySize;
        var logits = new float[(ids.Length - 1) * size];
        engine.Forward([new(sequence, ids.AsMemory(0, ids.Length - 1), AllLogits: true)], logits);
        var sum = 0.0;
        for (var i = ids.Length - scored; i < ids.Length; i++)
        {
            var row = logits.AsSpan((i - 1) * size, size).ToArray();
            var most = row.Max();
            sum += row[ids[i]] - (most + Math.Log(row.Sum(logit => Math.Exp((double)logit - most))));
        }

        return (sum, scored);
    }
}
