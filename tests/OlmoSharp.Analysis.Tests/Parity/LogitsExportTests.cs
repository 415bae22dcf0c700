using System.Runtime.InteropServices;
using System.Text.Json;
using OlmoSharp.Analysis.Parity;
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
    [InlineData("olmoe", "F32", 1, false)]
    [InlineData("olmoe", "BF16", 2, true)]
    public void Logits_of_a_downloaded_folder_are_those_of_the_papers_equations(string family, string dtype, int shards, bool newNames)
    {
        using var folder = new HandMadeFolder(family, dtype, shards, newNames);
        var output = Path.Combine(folder.Folder, "logits");
        using var model = ModelFolder.Load(folder.Folder);
        LogitsExport.Write(model, Sequences, output, router: family == "olmoe", cancellation: TestContext.Current.CancellationToken);

        var reference = new ReferenceModel(HandMadeFolder.Expected(family), folder.Weights);
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

    private static string Compact(JsonElement shape) => string.Concat(shape.GetRawText().Where(character => !char.IsWhiteSpace(character)));

    private static void Close(IEnumerable<double> expected, string path)
    {
        var actual = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-4));
        Assert.Equal(expected.Count(), actual.Length);
    }
}
