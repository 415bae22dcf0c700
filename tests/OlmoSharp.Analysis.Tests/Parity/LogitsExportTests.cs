using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Analysis.Parity;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Tests.Reference;
using Xunit;

namespace OlmoSharp.Analysis.Tests.Parity;

public sealed class LogitsExportTests
{
    private static readonly long[][] Sequences = [[3], [0, 10, 4, 4, 9, 1, 7], [.. Enumerable.Range(0, 32).Select(i => (long)(i * 7 % 11))]];

    [Theory]
    [InlineData("olmo", "F32", 1, false)]
    [InlineData("olmo", "BF16", 2, true)]
    [InlineData("olmo2", "F32", 1, true)]
    [InlineData("olmo2", "F16", 3, false)]
    [InlineData("olmo2", "F32", 1, false, false, null, "linear")]
    [InlineData("olmo2", "BF16", 2, true, false, null, "yarn")]
    [InlineData("olmo2", "F32", 1, false, false, null, "llama3")]
    [InlineData("olmoe", "F32", 1, false)]
    [InlineData("olmoe", "BF16", 2, true)]
    [InlineData("olmoe", "F32", 1, true, true, 1.25)]
    [InlineData("olmoe", "F16", 2, false, true, null, "yarn")]
    public void Logits_of_a_downloaded_folder_are_those_of_the_papers_equations(
        string family, string dtype, int shards, bool newNames, bool stacked = false, double? clip = null, string? rope = null)
    {
        var (ropeJson, ropeExpected) = Rope(rope);
        using var folder = new HandMadeFolder(family, dtype, shards, newNames, stacked, clip, ropeJson);
        var output = Path.Combine(folder.Folder, "logits");
        using var model = ModelFolder.Load(folder.Folder);
        LogitsExport.Write(model, Sequences, output, router: family == "olmoe", cancellation: TestContext.Current.CancellationToken);

        var reference = new ReferenceModel(HandMadeFolder.Expected(family, clip, ropeExpected), folder.Weights);
        var summary = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(output, "logits.json"))).RootElement;
        var total = 0.0;
        for (var i = 0; i < Sequences.Length; i++)
        {
            var expected = reference.Logits(Sequences[i]);
            Close(expected.SelectMany(row => row), Path.Combine(output, $"logits_{i}.f32"));
            var entry = summary.GetProperty("sequences")[i];
            Assert.Equal($"[{Sequences[i].Length},11]", Compact(entry.GetProperty("shape")));
            var loss = expected.SkipLast(1).Select((row, t) => Math.Log(row.Sum(Math.Exp)) - row[Sequences[i][t + 1]]).Sum();
            total += loss;
            if (Sequences[i].Length > 1)
            {
                Assert.Equal(loss / (Sequences[i].Length - 1), entry.GetProperty("mean_cross_entropy").GetDouble(), 1e-5);
            }
            else
            {
                Assert.Equal(JsonValueKind.Null, entry.GetProperty("mean_cross_entropy").ValueKind);
            }

            if (family == "olmoe")
            {
                Assert.Equal($"[{Sequences[i].Length},3]", Compact(entry.GetProperty("router_shape")));
                var layers = reference.RouterLogits.GroupBy(routed => routed.Layer, routed => routed.Logits).ToArray();
                Assert.Equal(2, layers.Length);
                for (var layer = 0; layer < 2; layer++)
                {
                    Close(layers[layer].SelectMany(logits => logits), Path.Combine(output, $"router_{i}_{layer}.f32"));
                }
            }
        }

        Assert.Equal(37, summary.GetProperty("predicted_tokens").GetInt32());
        Assert.Equal(total / 37, summary.GetProperty("mean_cross_entropy").GetDouble(), 1e-5);
        Assert.Equal(4 + (family == "olmoe" ? 6 : 0), Directory.GetFiles(output).Length);
    }

    [Theory]
    [InlineData("{\"sequences\": [[1, 2], [3, 11]]}", "sequence 1, place 1: 11 is not a token id from 0 to 10")]
    [InlineData("{\"sequences\": [[-1]]}", "sequence 0, place 0: -1 is not a token id")]
    [InlineData("{\"sequences\": [[1.5]]}", "1.5 is not a token id")]
    [InlineData("{\"sequences\": [[]]}", "sequence 0 is not a list of at least one token id")]
    [InlineData("{\"sequences\": []}", "no list \"sequences\"")]
    [InlineData("{\"sequences\": [[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]]}", "has 33 tokens, but the model's context is 32")]
    [InlineData("{", "cannot be read")]
    public void A_file_of_another_form_is_an_error_that_names_the_place(string json, string reason)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, json);
        var error = Assert.Throws<AnalysisException>(() => TokenSequences.Read(path, 11, 32));
        Assert.StartsWith(path, error.Message);
        Assert.Contains(reason, error.Message);
        File.Delete(path);
    }

    [Fact]
    public void A_dense_model_has_no_router_and_a_folder_is_never_overwritten()
    {
        using var folder = new HandMadeFolder("olmo2");
        using var model = ModelFolder.Load(folder.Folder);
        var output = Path.Combine(folder.Folder, "logits");
        Assert.Contains("no experts", Assert.Throws<AnalysisException>(() => Write(router: true)).Message);
        Assert.False(Directory.Exists(output));
        Write(router: false);
        Assert.Contains("is there already", Assert.Throws<AnalysisException>(() => Write(router: false)).Message);

        void Write(bool router) => LogitsExport.Write(model, Sequences, output, router, cancellation: TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("BF16", true)]
    [InlineData("F16", true)]
    [InlineData("F32", false)]
    public void Weights_kept_in_the_files_dtype_give_the_same_logits(string dtype, bool isNarrow)
    {
        foreach (var family in new[] { "olmo", "olmo2", "olmoe" })
        {
            using var folder = new HandMadeFolder(family, dtype, clip: family == "olmoe" ? 1.25 : null);
            using var wide = ModelFolder.Load(folder.Folder);
            using var kept = ModelFolder.Load(folder.Folder, weightType: null);
            Assert.Equal(isNarrow ? 2 : 4, kept.Parameters.Vectors[0].element_size());
            LogitsExport.Write(wide, Sequences, Path.Combine(folder.Folder, "wide"), router: false, cancellation: TestContext.Current.CancellationToken);
            LogitsExport.Write(kept, Sequences, Path.Combine(folder.Folder, "kept"), router: false, cancellation: TestContext.Current.CancellationToken);
            Assert.All(Enumerable.Range(0, Sequences.Length), i => Assert.Equal(
                File.ReadAllBytes(Path.Combine(folder.Folder, "wide", $"logits_{i}.f32")), File.ReadAllBytes(Path.Combine(folder.Folder, "kept", $"logits_{i}.f32"))));
        }
    }

    /// <summary>Published kinds of scaling, with numbers whose bounds lie within a context of 32: in the file, and as they are meant.</summary>
    private static (JsonObject? Json, RopeScaling? Expected) Rope(string? type) => type switch
    {
        "linear" => (new() { ["type"] = "linear", ["factor"] = 4.0 }, new() { Type = RopeScalingType.Linear, Factor = 4 }),
        "yarn" => (
            new() { ["rope_type"] = "yarn", ["factor"] = 8.0, ["original_max_position_embeddings"] = 16, ["beta_fast"] = 2.0, ["beta_slow"] = 0.25 },
            new() { Type = RopeScalingType.Yarn, Factor = 8, OriginalContextLength = 16, BetaFast = 2, BetaSlow = 0.25 }),
        "llama3" => (
            new() { ["rope_type"] = "llama3", ["factor"] = 8.0, ["original_max_position_embeddings"] = 16, ["low_freq_factor"] = 0.5, ["high_freq_factor"] = 2.0 },
            new() { Type = RopeScalingType.Llama3, Factor = 8, OriginalContextLength = 16, LowFrequencyFactor = 0.5, HighFrequencyFactor = 2 }),
        _ => (null, null),
    };

    private static string Compact(JsonElement shape) => string.Concat(shape.GetRawText().Where(character => !char.IsWhiteSpace(character)));

    private static void Close(IEnumerable<double> expected, string path)
    {
        var actual = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-4));
        Assert.Equal(expected.Count(), actual.Length);
    }
}
