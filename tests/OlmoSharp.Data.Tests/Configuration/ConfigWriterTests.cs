using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using OlmoSharp.Data.Configuration;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace OlmoSharp.Data.Tests.Configuration;

public class ConfigWriterTests
{
    private static readonly JsonSerializerOptions Exact = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char.Where(c => !char.IsSurrogate(c)), 0, 12],
        Gen.OneOf("", " ", "null", "~", "true", "No", "1", "1e5", "0x1F", "- a", "a: b", "a #b", "#", "'", "\"", "\\", "&a", "*a", "!x", "%", "@", "`", "\t", "a\nb\n", "\r\n", "\u0085\u2028\uFEFF", "😀", "[", "{}", "a,b", "---", "...", ": ", "=", "<<"));

    private static readonly Gen<SampleOptimizer> Optimizers = Gen.Select(Gen.Double[1e-12, 1.0], Gen.Double[0.0, 1e300], Gen.Float)
        .Select((rate, decay, beta) => new SampleOptimizer { LearningRate = rate, WeightDecay = decay, Betas = [beta, -beta] });

    private static readonly Gen<SampleSource> Sources = Gen.Select(Texts, Gen.Long[1, int.MaxValue], Gen.Null(Texts).Array[0, 3])
        .Select((path, repeat, tags) => new SampleSource(path, repeat) { Tags = tags });

    private static readonly Gen<SampleConfig> Configs =
        from name in Texts
        from steps in Gen.Int
        from optimizer in Optimizers
        from anneal in Gen.Null(Optimizers)
        from sources in Sources.Array[0, 3]
        from weights in Gen.Dictionary(Texts, Gen.Double)[0, 3]
        from schedule in Gen.Enum<SampleSchedule>()
        from stop in Gen.Bool
        from note in Gen.Null(Texts)
        from resume in Gen.Bool
        from seed in Gen.ULong
        from shape in Gen.Int.Array[0, 3].Array[0, 3]
        select new SampleConfig
        {
            Name = name,
            Steps = steps,
            Optimizer = optimizer,
            Anneal = anneal,
            Sources = sources,
            Weights = weights,
            Schedule = schedule,
            StopAfter = stop ? steps : null,
            Note = note,
            Resume = resume,
            Seed = seed,
            Shape = shape,
        };

    [Fact]
    public void What_is_written_reads_back_equal() => Configs.Sample(
        config => Json(ConfigReader.ReadText<SampleConfig>(ConfigWriter.Write(config), "written")) == Json(config),
        iter: 500, print: config => ConfigWriter.Write(config));

    [Fact]
    public void Json_of_a_config_reads_back_equal() => Configs.Where(config => double.IsFinite(config.Weights.Values.Sum()) && config.Optimizer.Betas.All(float.IsFinite))
        .Sample(
            config => Json(ConfigReader.ReadText<SampleConfig>(JsonSerializer.Serialize(config, SnakeCase), "written")) == Json(config),
            iter: 300);

    [Fact]
    public void What_is_written_is_yaml_as_others_read_it() => Configs.Sample(
        config =>
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(ConfigWriter.Write(config)));
            var root = (YamlMappingNode)yaml.Documents.Single().RootNode;
            return ((YamlScalarNode)root["name"]).Value == config.Name && root["sources"].AllNodes.OfType<YamlMappingNode>().Count() == config.Sources.Count;
        },
        iter: 200);

    [Fact]
    public void The_text_is_plain_to_read() => Assert.Equal(
        """
        name: small run
        steps: 1000
        optimizer:
          learning_rate: 0.0004
          weight_decay: 0.1
          betas: [0.9, 0.95]
        sources:
        - path: data/a.jsonl
          repeat: 2
          tags: [web, null, "null"]
        weights:
          web: 1
        schedule: cosine_with_warmup
        stop_after: null
        note: "yes"
        resume: false
        seed: 0
        dtype: float32
        anneal: null
        shape: []

        """,
        ConfigWriter.Write(new SampleConfig
        {
            Name = "small run",
            Steps = 1000,
            Optimizer = new SampleOptimizer { LearningRate = 4e-4 },
            Sources = [new SampleSource("data/a.jsonl", 2) { Tags = ["web", null, "null"] }],
            Weights = new Dictionary<string, double> { ["web"] = 1 },
            StopAfter = null,
            Note = "yes",
        }));

    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
        IgnoreReadOnlyProperties = true,
    };

    private static string Json(SampleConfig config) => JsonSerializer.Serialize(config, Exact);
}
