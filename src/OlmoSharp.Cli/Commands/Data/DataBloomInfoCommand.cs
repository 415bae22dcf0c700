using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Deduplication.Bloom;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data bloom info</c>.</summary>
internal sealed class DataBloomInfoCommand : RunnableCommand
{
    private readonly Argument<string[]> _filters = new("filters") { HelpName = "FILE", Description = "Filters that olmo data dedupe wrote", Arity = ArgumentArity.OneOrMore };
    private readonly JsonOption _json = new();

    public DataBloomInfoCommand()
        : base("info", "Check filters, and show their sizes and how full they are")
    {
        Add(_filters);
        Add(_json);
        Examples = [new("olmo data bloom info corpus/paragraphs.bloom", "Show how many keys it holds, and its false-positive rate")];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var table = new ResultTable(
            new("filter"), new("bytes", IsNumber: true), new("hashes", IsNumber: true), new("seed", IsNumber: true), new("keys", IsNumber: true), new("false-positive rate", IsNumber: true));
        foreach (var path in arguments.GetRequiredValue(_filters))
        {
            var filter = BloomFilter.Load(path);
            var parameters = filter.Parameters;
            table.Add(path, parameters.Bits / 8, parameters.Hashes, (long)parameters.Seed, filter.Keys, parameters.FalsePositiveRate(filter.Keys));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }
}
