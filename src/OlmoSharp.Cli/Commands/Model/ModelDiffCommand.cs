using System.CommandLine;
using OlmoSharp.Analysis.Parity;
using OlmoSharp.Cli.Display;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model diff</c>.</summary>
internal sealed class ModelDiffCommand : RunnableCommand
{
    private const int Shown = 20;

    private readonly Argument<string> _a = new("a") { HelpName = "A", Description = "A model folder or checkpoint" };
    private readonly Argument<string> _b = new("b") { HelpName = "B", Description = "Another" };
    private readonly Option<double> _tolerance = new("--tolerance") { HelpName = "X", Description = "Largest difference of two elements that counts as none", DefaultValueFactory = _ => 0 };
    private readonly Option<bool> _all = new("--all") { Description = $"Show every tensor, not only the {Shown} that differ most" };
    private readonly JsonOption _json = new();

    public ModelDiffCommand()
        : base("diff", "Compare two models tensor by tensor; the exit code is 0 where they are the same, 1 where they differ")
    {
        Add(_a);
        Add(_b);
        Add(_tolerance);
        Add(_all);
        Add(_json);
        Examples =
        [
            new("olmo model diff runs/a/checkpoints/step-00000100 runs/b/checkpoints/step-00000100", "Are the two the same, and where do they differ most?"),
            new("olmo model diff downloaded converted --tolerance 1e-2 --all", "Every tensor; differences up to 0.01 are allowed"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tolerance = arguments.GetValue(_tolerance);
        var difference = await ProgressDisplay.RunAsync(terminal, "Comparing", "tensors", null, progress => ModelDifference.Between(
            arguments.GetRequiredValue(_a), arguments.GetRequiredValue(_b), done => progress.Report(done), cancellation));
        foreach (var line in difference.Config.Select(line => "config.json: " + line).Concat(difference.Structure))
        {
            await terminal.Error.WriteLineAsync(line);
        }

        var differing = difference.Tensors.Where(tensor => !(tensor.LargestDifference <= tolerance)).ToList();
        var shown = arguments.GetValue(_all) ? difference.Tensors : [.. differing.OrderByDescending(tensor => double.IsNaN(tensor.LargestDifference) ? double.PositiveInfinity : tensor.LargestDifference).Take(Shown)];
        if (shown.Count > 0 || arguments.GetValue(_json))
        {
            var table = new ResultTable(
                new("tensor"), new("shape"), new("max |a-b|", IsNumber: true), new("mean |a-b|", IsNumber: true), new("relative L2", IsNumber: true), new("cosine", IsNumber: true));
            foreach (var tensor in shown)
            {
                table.Add(tensor.Name, string.Join('×', tensor.Shape), tensor.LargestDifference, tensor.MeanDifference, tensor.RelativeDifference, tensor.Cosine);
            }

            table.Write(terminal, arguments.GetValue(_json));
        }

        await terminal.Error.WriteLineAsync(
            $"{differing.Count} of {difference.Tensors.Count} tensors of the same shape differ; {difference.Structure.Count} have no counterpart; {difference.Config.Count} settings differ");
        return difference.IsWithin(tolerance) ? ExitCode.Success : ExitCode.Failure;
    }
}
