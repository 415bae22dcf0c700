using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using OlmoSharp.Analysis.Parity;
using OlmoSharp.Cli.Display;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model diff</c>.</summary>
internal sealed class ModelDiffCommand : RunnableCommand
{
    private const int Shown = 10;

    private readonly Argument<string> _first = new("a") { HelpName = "A", Description = "A model folder or a GGUF file" };
    private readonly Argument<string> _second = new("b") { HelpName = "B", Description = "Another" };
    private readonly Option<double?> _tolerance = new("--tolerance")
    {
        HelpName = "X", Description = "Elements that differ by at most X are the same, in whatever dtype; without it all must be equal",
    };

    private readonly Option<bool> _all = new("--all") { Description = $"List every tensor, not only the {Shown} that differ most" };
    private readonly JsonOption _json = new();

    public ModelDiffCommand()
        : base("diff", "Compare two models tensor by tensor; exit code 0: the same, 1: they differ, 2: an error")
    {
        FailureCode = ExitCode.NotComparable;
        Add(_first);
        Add(_second);
        Add(_tolerance);
        Add(_all);
        Add(_json);
        Validators.Add(result =>
        {
            if (result.GetValue(_tolerance) is { } tolerance && !(tolerance >= 0))
            {
                result.AddError("--tolerance must be a number of at least 0");
            }
        });
        Examples =
        [
            new("olmo model diff runs/a/checkpoints/step-00000100 runs/quickstart/soup", "Which weights moved most"),
            new("olmo model diff runs/quickstart/soup soup.gguf --tolerance 0.01 --all", "What a conversion changed"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tolerance = arguments.GetValue(_tolerance);
        using var comparison = ModelComparison.Open(arguments.GetRequiredValue(_first), arguments.GetRequiredValue(_second));
        var difference = await ProgressDisplay.RunAsync(
            terminal, "Comparing", "elements", comparison.Elements, progress => comparison.Compare(done => progress.Report(done), cancellation));
        var same = difference.IsNone(tolerance);
        if (arguments.GetValue(_json))
        {
            await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(new { Same = same, difference.Config, difference.OnlyInFirst, difference.OnlyInSecond, difference.Shapes, difference.Tensors }, Json));
        }
        else
        {
            Write(terminal, difference, arguments.GetValue(_all) ? int.MaxValue : Shown);
            var differing = difference.Tensors.Count(tensor => !ModelDifference.IsNone(tensor, tolerance));
            await terminal.Output.WriteLineAsync(same
                ? $"the same: {difference.Tensors.Count} tensors"
                : $"different: {differing} of {difference.Tensors.Count} common tensors, {difference.Shapes.Count} of other shapes, "
                    + $"{difference.OnlyInFirst.Count} only in A, {difference.OnlyInSecond.Count} only in B, {difference.Config.Count} options");
        }

        return same ? ExitCode.Success : ExitCode.Different;
    }

    private static JsonSerializerOptions Json { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static void Write(Terminal terminal, ModelDifference difference, int most)
    {
        Table(terminal, difference.Config, ["option", "A", "B"], option => [option.Option, option.First, option.Second]);
        var places = difference.OnlyInFirst.Select(name => (name, "A")).Concat(difference.OnlyInSecond.Select(name => (name, "B"))).ToList();
        Table(terminal, places, ["tensor", "only in"], place => [place.name, place.Item2]);
        Table(terminal, difference.Shapes, ["tensor", "shape in A", "shape in B"], shape => [shape.Name, string.Join('×', shape.First), string.Join('×', shape.Second)]);
        var tensors = most == int.MaxValue ? difference.Tensors : [.. difference.Tensors.Where(tensor => tensor.MaximumAbsolute != 0 || !tensor.HasSameDtype).Take(most)];
        if (tensors.Count > 0)
        {
            ResultTable table = new(
                new("tensor"), new("max abs", IsNumber: true), new("mean abs", IsNumber: true), new("relative L2", IsNumber: true), new("cosine", IsNumber: true), new("dtypes"));
            foreach (var tensor in tensors)
            {
                var dtypes = tensor.FirstDtype == tensor.SecondDtype ? tensor.FirstDtype : $"{tensor.FirstDtype ?? "?"}, {tensor.SecondDtype ?? "?"}";
                table.Add(tensor.Name, tensor.MaximumAbsolute, tensor.MeanAbsolute, tensor.RelativeL2, tensor.Cosine, dtypes);
            }

            table.Write(terminal, asJson: false);
            terminal.Output.WriteLine();
        }
    }

    private static void Table<T>(Terminal terminal, IReadOnlyList<T> rows, IReadOnlyList<string> columns, Func<T, object?[]> cells)
    {
        if (rows.Count == 0)
        {
            return;
        }

        ResultTable table = new([.. columns.Select(column => new ResultColumn(column))]);
        foreach (var row in rows)
        {
            table.Add(cells(row));
        }

        table.Write(terminal, asJson: false);
        terminal.Output.WriteLine();
    }
}
