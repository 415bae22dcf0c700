using System.CommandLine;
using System.Globalization;
using OlmoSharp.Cli.Display;
using OlmoSharp.Cli.Help;
using OlmoSharp.Training.Upcycling;

namespace OlmoSharp.Cli.Commands.Upcycle;

/// <summary><c>olmo upcycle</c>.</summary>
internal sealed class UpcycleCommand : RunnableCommand
{
    private readonly Argument<string> _dense = new("dense") { HelpName = "DIR", Description = "A dense model: OLMo 2, or the OLMoE family with one expert" };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Where to write the sparse model", Required = true };
    private readonly Option<int> _experts = new("--experts") { HelpName = "N", Description = "Experts of each layer, each a copy of the dense feed-forward layer", Required = true };
    private readonly Option<int> _choices = new("--experts-per-token") { HelpName = "K", Description = "Experts that each token reaches", Required = true };
    private readonly Option<bool> _renormalise = new("--renormalise")
    {
        HelpName = "true|false", Description = "Scale the chosen experts' weights to a sum of one, so that the model computes at first what the dense one does", DefaultValueFactory = _ => true,
    };

    private readonly Option<double> _noise = new("--expert-noise") { HelpName = "S", Description = "Normal noise on the experts, as a share of each matrix's root mean square", DefaultValueFactory = _ => 0 };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "Seed of the routers and the noise", DefaultValueFactory = _ => 6198 };

    public UpcycleCommand()
        : base("upcycle", "Turn a dense model into a sparse mixture of experts")
    {
        Group = CommandGroup.Training;
        Add(_dense);
        Add(_output);
        Add(_experts);
        Add(_choices);
        Add(_renormalise);
        Add(_noise);
        Add(_seed);
        Examples = [new("olmo upcycle runs/quickstart/soup -o runs/upcycled --experts 8 --experts-per-token 2", "Eight experts, two a token; then train with initial_weights: runs/upcycled")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        using var upcycling = SparseUpcycling.Open(arguments.GetRequiredValue(_dense), new UpcyclingOptions
        {
            Experts = arguments.GetValue(_experts),
            ExpertsPerToken = arguments.GetValue(_choices),
            Renormalise = arguments.GetValue(_renormalise),
            ExpertNoise = arguments.GetValue(_noise),
            Seed = arguments.GetValue(_seed),
        });
        await ProgressDisplay.RunAsync(terminal, "Upcycling", "tensors", upcycling.Tensors, progress =>
        {
            upcycling.Write(output, done => progress.Report(done), cancellation);
            return true;
        });
        await terminal.Error.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{upcycling.Dense.Parameters:#,0} parameters became {upcycling.Sparse.Parameters:#,0}, {upcycling.Sparse.ActiveParameters:#,0} active a token"));
        await terminal.Output.WriteLineAsync(output);
        return ExitCode.Success;
    }
}
