using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests;
using OlmoSharp.Models.Tests.Reference;
using OlmoSharp.Torch.Safetensors;
using OlmoSharp.Training.Checkpoints;
using OlmoSharp.Training.Tests.Runs;
using OlmoSharp.Training.Upcycling;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Upcycling;

public sealed class SparseUpcyclingTests(SampleCorpus corpus)
{
    private static readonly UpcyclingOptions TwoOfFour = new() { Experts = 4, ExpertsPerToken = 2 };

    private static readonly ModelConfig Olmo2 = SampleModels.Small;

    // Dense in all but name: a softmax over one expert is 1.
    private static readonly ModelConfig OneExpert = Olmo2 with { NormPlacement = NormPlacement.BeforeSublayer, Experts = 1, ExpertsPerToken = 1 };

    public static TheoryData<ModelConfig, int, int> Models { get; } = new()
    {
        { Olmo2, 4, 2 },
        { Olmo2 with { TiedEmbeddings = true }, 3, 3 },
        { Olmo2, 5, 4 },
        { OneExpert, 4, 2 },
        { OneExpert with { TiedEmbeddings = true }, 2, 2 },
        { OneExpert with { NormPlacement = NormPlacement.AfterSublayer }, 6, 3 },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public void The_sparse_model_computes_what_the_dense_one_does(ModelConfig config, int experts, int choices)
    {
        using var folder = new TemporaryFolder();
        Save(folder["dense"], config, seed: experts);
        Upcycle(folder["dense"], folder["sparse"], new() { Experts = experts, ExpertsPerToken = choices });
        using var scope = NewDisposeScope();
        using var dense = ModelFolder.Load(folder["dense"]);
        using var sparse = ModelFolder.Load(folder["sparse"]);
        Assert.Equal(config with { Experts = experts, ExpertsPerToken = choices, RenormaliseExpertWeights = true }, sparse.Config with { KeyValueHeads = config.KeyValueHeads });
        Assert.Equal(config.NormPlacement == NormPlacement.AfterSublayer ? ModelFamily.FlexOlmo : ModelFamily.Olmoe, sparse.Config.Family);
        var tokens = new Random(1).Tokens(12, config.VocabularySize);
        var input = tensor(tokens, [1, 12]);
        var expected = dense.Logits(dense.Hidden(input)).ToDoubles();
        SampleModels.Close(expected, sparse.Logits(sparse.Hidden(input)).ToDoubles(), 1e-5);
        // In float64 nothing but rounding is left.
        SampleModels.Close(
            [.. new ReferenceModel(dense.Config, SampleModels.Weights(dense)).Logits(tokens).SelectMany(row => row)],
            [.. new ReferenceModel(sparse.Config, SampleModels.Weights(sparse)).Logits(tokens).SelectMany(row => row)],
            1e-13);
    }

    [Fact]
    public void Without_renormalising_an_OLMoE_model_computes_something_else()
    {
        using var folder = new TemporaryFolder();
        Save(folder["dense"], OneExpert, seed: 3);
        Upcycle(folder["dense"], folder["sparse"], TwoOfFour with { Renormalise = false });
        using var scope = NewDisposeScope();
        using var dense = ModelFolder.Load(folder["dense"]);
        using var sparse = ModelFolder.Load(folder["sparse"]);
        Assert.False(sparse.Config.RenormaliseExpertWeights);
        var input = tensor(new Random(1).Tokens(12, 29), [1, 12]);
        Assert.True((dense.Logits(dense.Hidden(input)) - sparse.Logits(sparse.Hidden(input))).abs().max().item<float>() > 0.05);
    }

    [Theory]
    [InlineData(false, ScalarType.Float32, "float32")]
    [InlineData(true, ScalarType.BFloat16, "bfloat16")]
    public void Weights_are_copied_bit_for_bit_in_their_own_type(bool hasOneExpert, ScalarType dtype, string name)
    {
        using var folder = new TemporaryFolder();
        Save(folder["dense"], hasOneExpert ? OneExpert : Olmo2, seed: 4, dtype);
        Upcycle(folder["dense"], folder["sparse"], TwoOfFour);
        Assert.Contains($"\"torch_dtype\": \"{name}\"", File.ReadAllText(Path.Combine(folder["sparse"], "config.json")), StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> dense = Tensors(folder["dense"]), sparse = Tensors(folder["sparse"]);
        var unused = dense.Keys.ToHashSet();
        foreach (var (key, tensor) in sparse)
        {
            Assert.Equal(dtype, tensor.dtype);
            if (!key.EndsWith("mlp.gate.weight", StringComparison.Ordinal))
            {
                var source = System.Text.RegularExpressions.Regex.Replace(key, @"\.experts\.\d+", hasOneExpert ? ".experts.0" : "");
                Assert.True(dense[source].equal(tensor).all().item<bool>(), key);
                unused.Remove(source);
            }
        }

        Assert.All(unused, key => Assert.EndsWith("mlp.gate.weight", key, StringComparison.Ordinal));
        Checkpoint.Verify(folder["sparse"]);
    }

    [Fact]
    public void Routers_come_from_the_seed_and_noise_changes_the_experts_only()
    {
        using var folder = new TemporaryFolder();
        var config = Olmo2 with { HiddenSize = 240, IntermediateSize = 64 };
        Save(folder["dense"], config, seed: 5);
        Upcycle(folder["dense"], folder["first"], TwoOfFour with { Experts = 16 });
        Upcycle(folder["dense"], folder["again"], TwoOfFour with { Experts = 16 });
        Upcycle(folder["dense"], folder["other"], TwoOfFour with { Experts = 16, Seed = 1 });
        Upcycle(folder["dense"], folder["noisy"], TwoOfFour with { Experts = 16, ExpertNoise = 0.1 });
        Assert.Equal(SampleRun.Sha256(folder["first/model.safetensors"]), SampleRun.Sha256(folder["again/model.safetensors"]));
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> first = Tensors(folder["first"]), other = Tensors(folder["other"]), noisy = Tensors(folder["noisy"]);
        foreach (var (key, tensor) in first)
        {
            var isRouter = key.EndsWith("mlp.gate.weight", StringComparison.Ordinal);
            Assert.Equal(!isRouter, Same(tensor, other[key]));
            Assert.Equal(!key.Contains(".experts.", StringComparison.Ordinal), Same(tensor, noisy[key]));
            if (isRouter)
            {
                // 3,840 draws of N(0, 0.02²): the mean within 4.5 standard errors, the deviation too.
                Assert.Equal(0, tensor.mean().item<float>(), 4.5 * 0.02 / Math.Sqrt(3840));
                Assert.Equal(0.02, tensor.std().item<float>(), 4.5 * 0.02 / Math.Sqrt(2 * 3840));
            }
            else if (key.Contains(".experts.", StringComparison.Ordinal))
            {
                var relative = ((noisy[key] - tensor).square().mean() / tensor.square().mean()).sqrt().item<float>();
                Assert.Equal(0.1, relative, 4.5 * 0.1 / Math.Sqrt(2 * tensor.numel()));
            }
        }

        Assert.False(Same(first["model.layers.0.mlp.gate.weight"], first["model.layers.1.mlp.gate.weight"]));
        Assert.False(Same(noisy["model.layers.0.mlp.experts.0.up_proj.weight"], noisy["model.layers.0.mlp.experts.1.up_proj.weight"]));
    }

    [Fact]
    public void An_upcycled_model_trains_on_from_the_dense_loss()
    {
        using var folder = new TemporaryFolder();
        var dense = corpus.Config(folder["dense"]) with { Steps = 30 };
        SampleRun.Train(dense);
        var checkpoint = SampleRun.Checkpoint(dense);
        Upcycle(checkpoint, folder["sparse"], TwoOfFour);
        Assert.Equal(File.ReadAllBytes(corpus.TokenizerFile), File.ReadAllBytes(folder["sparse/tokenizer.json"]));
        Assert.True(File.Exists(folder["sparse/generation_config.json"]) && File.Exists(folder["sparse/tokenizer_config.json"]));

        var goesOn = dense with { Run = folder["more"], Steps = 60, InitialWeights = checkpoint };
        using var denseTrainer = Trainer.Create(goesOn);
        using var trainer = Trainer.Create(goesOn with
        {
            Run = folder["upcycled"],
            InitialWeights = folder["sparse"],
            Model = dense.Model with { Experts = 4, ExpertsPerToken = 2, RenormaliseExpertWeights = true },
        });
        var first = trainer.TrainStep();
        Assert.Equal(denseTrainer.TrainStep().Loss, first.Loss, 1e-5);
        Assert.True(first.Loss < Math.Log(SampleCorpus.VocabularySize) - 0.3, "the dense model has learnt something");
        var losses = Enumerable.Range(0, 59).Select(_ => trainer.TrainStep().Loss).ToList();
        Assert.True(losses[^8..].Average() < losses[..8].Average() - 0.1, $"{losses[0]} fell to {losses[^1]} only");
        using var scope = NewDisposeScope();
        var up = ModelFolder.NamedTensors(trainer.Model).Where(tensor => tensor.Name.Contains("layers.0", StringComparison.Ordinal) && tensor.Name.EndsWith("up_proj.weight", StringComparison.Ordinal)).ToList();
        Assert.True((up[0].Tensor - up[1].Tensor).abs().max().item<float>() > 1e-3, "the experts part ways");
    }

    [Fact]
    public void Weights_of_another_architecture_or_tokenizer_are_no_start()
    {
        using var folder = new TemporaryFolder();
        var config = corpus.Config(folder["run"]);
        using (var model = new Transformer(config.Model with { RopeTheta = 7, NormEpsilon = 1e-3 }))
        {
            Checkpoint.Save(folder["weights"], model, corpus.Tokenizer, training: null);
        }

        var other = Assert.Throws<ModelException>(() => Trainer.Create(config with { InitialWeights = folder["weights"] }));
        Assert.Contains("rope_theta 7 where 500000 is needed; norm_epsilon 0.001 where 1E-06 is needed", other.Message, StringComparison.Ordinal);
        SampleCorpus.Train(folder["weights/tokenizer.json"], seed: 99);
        Assert.Contains("another tokenizer", Assert.Throws<TrainingException>(() => Trainer.Create(config with { InitialWeights = folder["weights"] })).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(config.Run));
    }

    public static TheoryData<UpcyclingOptions, string> BadOptions { get; } = new()
    {
        { new() { Experts = 1, ExpertsPerToken = 1 }, "1 experts" },
        { new() { Experts = -3, ExpertsPerToken = 1 }, "-3 experts" },
        { new() { Experts = int.MaxValue, ExpertsPerToken = 1 }, "2147483647 experts" },
        { new() { Experts = 4, ExpertsPerToken = 5 }, "5 experts per token" },
        { new() { Experts = 4, ExpertsPerToken = 0 }, "0 experts per token" },
        { new() { Experts = 4, ExpertsPerToken = 1 }, "could not learn" },
        { TwoOfFour with { ExpertNoise = -0.1 }, "expert noise -0.1" },
        { TwoOfFour with { ExpertNoise = double.NaN }, "expert noise NaN" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_that_make_no_model_are_refused(UpcyclingOptions options, string problem)
        => Assert.Contains(problem, Assert.Throws<TrainingException>(() => SparseUpcycling.Open("nowhere", options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Models_that_cannot_become_sparse_are_refused_with_the_reason()
    {
        using var folder = new TemporaryFolder();
        Save(folder["sparse"], OneExpert with { Experts = 3, ExpertsPerToken = 2 }, seed: 6);
        Save(folder["olmo"], Olmo2 with { Norm = NormKind.LayerNorm, NormPlacement = NormPlacement.BeforeSublayer, QkNorm = false, NormEpsilon = 1e-5 }, seed: 6);
        Assert.Contains("is sparse already, with 3 experts", Refused(folder["sparse"]), StringComparison.Ordinal);
        Assert.Contains("LayerNorm without weights", Refused(folder["olmo"]), StringComparison.Ordinal);
        Assert.Contains("no such model folder", Assert.Throws<ModelException>(() => SparseUpcycling.Open(folder["nothing"], TwoOfFour)).Message, StringComparison.Ordinal);

        string Refused(string path)
        {
            var message = Assert.Throws<TrainingException>(() => SparseUpcycling.Open(path, TwoOfFour)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            return message;
        }
    }

    [Fact]
    public void What_is_there_stays_and_what_is_stopped_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Save(folder["dense"], Olmo2, seed: 7);
        Directory.CreateDirectory(folder["there"]);
        Assert.Contains("is there already", Assert.Throws<TrainingException>(() => Upcycle(folder["dense"], folder["there"], TwoOfFour)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["there"]));

        var before = Directory.GetFileSystemEntries(folder[""]).Order(StringComparer.Ordinal);
        using var upcycling = SparseUpcycling.Open(folder["dense"], TwoOfFour);
        using var cancellation = new CancellationTokenSource();
        var written = 0L;
        Assert.Throws<OperationCanceledException>(() => upcycling.Write(
            folder["sparse"],
            done =>
            {
                written = done;
                if (done == 9)
                {
                    cancellation.Cancel();
                }
            },
            cancellation.Token));
        Assert.Equal(9, written);
        Assert.Equal(before, Directory.GetFileSystemEntries(folder[""]).Order(StringComparer.Ordinal));
        upcycling.Write(folder["sparse"], done => written = done, TestContext.Current.CancellationToken);
        Assert.Equal(upcycling.Tensors, written);
        // Two blocks with four experts and the embedding, the final norm and the output projection.
        Assert.Equal(2 * (4 + 2 + 2 + 1 + 4 * 3) + 3, upcycling.Tensors);
    }

    private void Save(string path, ModelConfig config, int seed, ScalarType dtype = ScalarType.Float32)
    {
        Directory.CreateDirectory(path);
        using var model = SampleModels.Random(config, seed);
        ModelFolder.Save(model, path, dtype);
        corpus.Tokenizer.Save(Path.Combine(path, "tokenizer.json"));
    }

    private static void Upcycle(string dense, string sparse, UpcyclingOptions options)
    {
        using var upcycling = SparseUpcycling.Open(dense, options);
        upcycling.Write(sparse);
    }

    private static Dictionary<string, Tensor> Tensors(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        return file.Entries.Values.ToDictionary(entry => entry.Name, entry =>
        {
            var tensor = empty([.. entry.Shape], entry.Dtype);
            file.CopyTo(entry.Name, tensor);
            return tensor;
        });
    }

    private static bool Same(Tensor a, Tensor b) => a.equal(b).all().item<bool>();
}
