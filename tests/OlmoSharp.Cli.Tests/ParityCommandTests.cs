using System.Text.Json;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Cli.Tests;

/// <summary><c>olmo logits</c> and <c>olmo model diff</c> from the command line: options, exit codes, output.</summary>
public sealed class ParityCommandTests : IDisposable
{
    private static readonly ModelConfig Config = new() { VocabularySize = 11, HiddenSize = 8, IntermediateSize = 6, Layers = 2, Heads = 2, ContextLength = 16 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Logits_writes_the_files_and_shows_the_cross_entropy()
    {
        var (model, ids, output) = (Save("model", seed: 1), Ids("{\"sequences\": [[1, 2, 3, 4], [5]]}"), this["logits"]);
        var run = await CommandLineRun.Of("logits", "--model", model, "--tokens", ids, "--output", output, "--json");
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        Assert.Equal(["logits.json", "logits_0.f32", "logits_1.f32"], Directory.GetFiles(output).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(4 * 11 * sizeof(float), new FileInfo(Path.Combine(output, "logits_0.f32")).Length);
        var rows = JsonDocument.Parse(run.Output).RootElement;
        var written = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "logits.json"))).RootElement;
        Assert.Equal(written.GetProperty("mean_cross_entropy").GetDouble(), rows[2].GetProperty("cross_entropy_(nats)").GetDouble());
        Assert.Equal(3, written.GetProperty("predicted_tokens").GetInt32());

        var kept = await CommandLineRun.Of("logits", "--model", model, "--tokens", ids, "--output", this["kept"], "--keep-dtype");
        Assert.True(kept.ExitCode == ExitCode.Success, kept.Error);
        Assert.Equal(File.ReadAllBytes(Path.Combine(output, "logits_0.f32")), File.ReadAllBytes(Path.Combine(this["kept"], "logits_0.f32")));
    }

    [Theory]
    [InlineData("{\"sequences\": [[1, 2], [3, 11]]}", false, "sequence 1, place 1: 11 is not a token id from 0 to 10")]
    [InlineData("{\"sequences\": [[1], []]}", false, "sequence 1 is not a list of at least one token id")]
    [InlineData("{\"sequences\": [[1]]}", true, "no experts")]
    public async Task A_mistake_is_one_line_and_leaves_nothing(string json, bool router, string reason)
    {
        string[] options = ["logits", "--model", Save("model", seed: 1), "--tokens", Ids(json), "--output", this["logits"]];
        var run = await CommandLineRun.Of(router ? [.. options, "--router"] : options);
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains(reason, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.Equal(["ids.json", "model"], _folder.GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Diff_ends_with_0_where_models_are_the_same_1_where_they_differ_and_2_where_one_is_none()
    {
        var (a, b, c) = (Save("a", seed: 1), Save("b", seed: 1), Save("c", seed: 1, change: 0.25f));
        var same = await CommandLineRun.Of("model", "diff", a, b);
        Assert.Equal((0, "the same: 25 tensors\n"), (same.ExitCode, same.Output));

        var different = await CommandLineRun.Of("model", "diff", a, c);
        Assert.Equal(1, different.ExitCode);
        var lines = different.Output.Split('\n');
        Assert.Equal(["tensor", "max", "abs", "mean", "abs", "relative", "L2", "cosine", "dtypes"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("lm_head.weight", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("different: 1 of 25 common tensors", lines[^2], StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLineRun.Of("model", "diff", a, c, "--tolerance", "0.2501")).ExitCode);
        Assert.Equal(1, (await CommandLineRun.Of("model", "diff", a, c, "--tolerance", "0.2499")).ExitCode);

        var json = await CommandLineRun.Of("model", "diff", a, c, "--json");
        Assert.Equal(1, json.ExitCode);
        var root = JsonDocument.Parse(json.Output).RootElement;
        Assert.False(root.GetProperty("same").GetBoolean());
        Assert.Equal(25, root.GetProperty("tensors").GetArrayLength());
        Assert.Equal("lm_head.weight", root.GetProperty("tensors")[0].GetProperty("name").GetString());
        Assert.Equal(0.25, root.GetProperty("tensors")[0].GetProperty("maximum_absolute").GetDouble(), 1e-6);

        var all = await CommandLineRun.Of("model", "diff", a, c, "--all");
        Assert.Equal(2 + 25 + 1, all.Output.TrimEnd().Split('\n').Count(line => line.Length > 0));

        var none = await CommandLineRun.Of("model", "diff", a, this["none"]);
        Assert.Equal((2, ""), (none.ExitCode, none.Output));
        Assert.Contains("no such model folder", none.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandLineRun.Of("model", "diff", a, b, "--tolerance", "-1")).ExitCode);
    }

    [Fact]
    public async Task Diff_names_options_and_shapes_that_differ()
    {
        var a = Save("a", seed: 1);
        var b = Save("b", seed: 1, config: Config with { Layers = 1, VocabularySize = 12, RopeTheta = 10_000 });
        var run = await CommandLineRun.Of("model", "diff", a, b);
        Assert.Equal(1, run.ExitCode);
        Assert.All(["rope_theta", "500000", "model.layers.1.mlp.down_proj.weight", "11×8", "12×8", "2 of other shapes, 11 only in A, 0 only in B, 3 options"],
            part => Assert.Contains(part, run.Output, StringComparison.Ordinal));
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    private string Ids(string json)
    {
        File.WriteAllText(this["ids.json"], json);
        return this["ids.json"];
    }

    /// <summary>Saves a random model, with one element of its output projection changed.</summary>
    private string Save(string name, long seed, float change = 0, ModelConfig? config = null)
    {
        using var model = new Transformer(config ?? Config);
        model.Initialize(seed);
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            model.Parameters.Parameters[^1].Value[3, 5].add_(change);
        }

        ModelFolder.Save(model, Directory.CreateDirectory(this[name]).FullName);
        return this[name];
    }
}
