using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Mixing;
using OlmoSharp.Data.Tests.Shards;
using Xunit;

namespace OlmoSharp.Data.Tests.Mixing;

public sealed class MixPlanTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_planned_mix_holds_the_planned_shares()
    {
        Write("web", 4000, 50);
        Write("wiki", 300, 40);
        Write("math", 200, 80);
        var config = ConfigReader.ReadText<MixConfig>(
            $$"""
            seed: 3
            streams:
              - name: web
                documents: ["{{_folder.At("web", "documents")}}"]
                output: {path: "{{_folder.At("out")}}"}
                filter: {exclude: ["$.metadata[?(@.n >= 2000)]"]}
            plan:
              total_tokens: 40_000
              bytes_per_token: 2
              output: "{{_folder.At("out")}}"
              sources:
                - {name: web}
                - {name: wiki, documents: ["{{_folder.At("wiki", "documents")}}"], target: 0.3, max_repetition: 2}
                - {name: math, documents: ["{{_folder.At("math", "documents")}}"], target: 5_000}
            """, "plan.yaml");
        var plan = MixPlan.Make(config, cancellation: TestContext.Current.CancellationToken);

        // Half of the web pages are excluded: 2000 of 50 bytes.
        Assert.Equal([50_000, 6_000, 8_000], plan.Pools.Select(pool => pool.Tokens));
        Assert.Equal([23_000, 12_000, 5_000], plan.Shares.Select(share => Math.Round(share.Tokens, 6)));
        Assert.Equal([0.46, 2, 0.625], plan.Shares.Select(share => Math.Round(share.Repetition, 9)));

        var mix = ConfigReader.ReadText<MixConfig>(ConfigWriter.Write(plan.Config()), "mix.yaml");
        Assert.Null(mix.Plan);
        var result = new MixJob(mix).Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["web", "wiki", "math"], result.Streams.Select(stream => stream.Name));

        // A sample's size is binomial.
        Assert.InRange(result.Streams[0].Written, 920 - (4 * Math.Sqrt(920 * 0.54)), 920 + (4 * Math.Sqrt(920 * 0.54)));
        Assert.Equal(600, result.Streams[1].Written);
        Assert.InRange(result.Streams[2].Written, 125 - (4 * Math.Sqrt(125 * 0.375)), 125 + (4 * Math.Sqrt(125 * 0.375)));
    }

    [Fact]
    public void A_large_source_is_measured_on_some_files()
    {
        for (var file = 0; file < 20; file++)
        {
            Write("web", 50, 40, $"{file}");
        }

        var plan = MixPlan.Make(
            new MixConfig { Plan = new() { TotalTokens = 100, BytesPerToken = 4, SampleBytes = 5000, Sources = [new() { Name = "web", Documents = [_folder.At("web", "documents")], Target = 1 }] } },
            cancellation: TestContext.Current.CancellationToken);
        Assert.Matches("^bytes, [1-9] of 20 files$", plan.Pools[0].Evidence);
        Assert.Equal(20 * 50 * 40 / 4.0, plan.Pools[0].Tokens, 200.0);
    }

    [Fact]
    public void Known_sizes_are_taken_as_they_are()
    {
        var shards = SampleShards.Write(_folder.At("shards"), "wiki", [[11, 12, 13], [14, 15]]);
        var plan = MixPlan.Make(
            new MixConfig { Plan = new() { Sources = [new() { Name = "a", Tokens = 1000, Target = 10 }, new() { Name = "wiki", Shards = _folder.At("shards"), Target = 4 }] } },
            cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([new MixPool(1000, "given"), new MixPool(shards.TokenCount, "token shards")], plan.Pools);
        Assert.Contains("a has no documents, so it cannot be mixed", Assert.Throws<DataException>(() => plan.Config()).Message);
    }

    [Fact]
    public void A_plan_that_cannot_be_measured_is_refused()
    {
        Assert.Contains("no way to know how many tokens a has", Fails(new() { TotalTokens = 5, Sources = [new() { Name = "a", Documents = ["x"] }] }));
        Assert.Contains("neither tokens, shards, documents", Fails(new() { TotalTokens = 5, BytesPerToken = 4, Sources = [new() { Name = "a" }] }));
        Assert.Contains("plan: there is none", Assert.Throws<DataException>(() => MixPlan.Make(new MixConfig(), cancellation: TestContext.Current.CancellationToken)).Message);
        Assert.Contains("the stream b is no source", Assert.Throws<DataException>(() => MixPlan.Make(new MixConfig
        {
            Streams = [new() { Name = "b", Documents = ["x"], Output = new() { Path = "y" } }],
            Plan = new() { Sources = [new() { Name = "a", Tokens = 5, Target = 5 }] },
        }, cancellation: TestContext.Current.CancellationToken)).Message);

        static string Fails(MixPlanConfig plan) => Assert.Throws<DataException>(() => MixPlan.Make(new MixConfig { Plan = plan }, cancellation: TestContext.Current.CancellationToken)).Message;
    }

    private void Write(string source, int count, int length, string file = "0") => _folder.Write(
        $"{source}/documents/{file}.jsonl",
        string.Concat(Enumerable.Range(0, count).Select(row => $$$"""{"id":"{{{file}}}-{{{row}}}","text":"{{{new string('x', length)}}}","source":"{{{source}}}","metadata":{"n":{{{row}}}}}""" + "\n")));
}
