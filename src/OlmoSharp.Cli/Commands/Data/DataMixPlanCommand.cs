using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Mixing;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data mix plan</c>.</summary>
internal sealed class DataMixPlanCommand : RunnableCommand
{
    private readonly Option<string> _config = new("--config", "-c") { HelpName = "FILE", Description = "A mix config with a plan", Required = true };
    private readonly SetOption _set = new();
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write the mix config with the sampling rates" };
    private readonly JsonOption _json = new();

    public DataMixPlanCommand()
        : base("plan", "Say what a mix would hold of each source, and how often, or why it cannot be")
    {
        Add(_config);
        Add(_set);
        Add(_output);
        Add(_json);
        Examples =
        [
            new("olmo data mix plan -c plan.yaml", "Print tokens, shares and repetitions of each source"),
            new("olmo data mix plan -c plan.yaml -o mix.yaml", "Write the config for olmo data mix, too"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var config = ConfigReader.Read<MixConfig>(arguments.GetRequiredValue(_config), arguments.GetValue(_set));
        var plan = await ProgressDisplay.RunAsync(terminal, "Measuring", "documents", null, progress => MixPlan.Make(config, done => progress.Report(done), cancellation));
        var isJson = arguments.GetValue(_json);
        var table = new ResultTable(
            new("source"), new("source tokens", IsNumber: true), new("known by"), new("mix tokens", IsNumber: true), new("mix percent", IsNumber: true),
            new("repetitions", IsNumber: true));
        foreach (var (share, pool) in plan.Shares.Zip(plan.Pools))
        {
            table.Add(
                share.Source.Name, Amount(pool.Tokens), pool.Evidence, Amount(share.Tokens), isJson ? 100 * share.Fraction : Math.Round(100 * share.Fraction, 2),
                isJson ? share.Repetition : Math.Round(share.Repetition, 4));
        }

        table.Add("total", Amount(plan.Pools.Sum(pool => pool.Tokens)), null, Amount(plan.Shares.Sum(share => share.Tokens)), 100.0, null);
        table.Write(terminal, isJson);
        if (arguments.GetValue(_output) is { } path)
        {
            AtomicFile.WriteAllText(path, ConfigWriter.Write(plan.Config()));
        }

        return ExitCode.Success;

        object Amount(double tokens) => isJson ? tokens : TokenAmount.Show(tokens);
    }
}
