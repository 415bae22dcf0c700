using System.CommandLine;
using OlmoSharp.Data.Deduplication.Bloom;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data bloom merge</c>.</summary>
internal sealed class DataBloomMergeCommand : RunnableCommand
{
    private readonly Argument<string[]> _filters = new("filters") { HelpName = "FILE", Description = "Filters of the same size, hashes and seed", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write the filter of all keys", Required = true };

    public DataBloomMergeCommand()
        : base("merge", "Make one filter of several, which holds the keys of all")
    {
        Add(_filters);
        Add(_output);
        Examples = [new("olmo data bloom merge a.bloom b.bloom -o all.bloom", "Merge the filters of two runs")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var (paths, output) = (arguments.GetRequiredValue(_filters), arguments.GetRequiredValue(_output));
        var merged = BloomFilter.Load(paths[0]);
        foreach (var path in paths.Skip(1))
        {
            cancellation.ThrowIfCancellationRequested();
            merged.Merge(path);
        }

        merged.Save(output);
        await terminal.Output.WriteLineAsync(output);
        return ExitCode.Success;
    }
}
