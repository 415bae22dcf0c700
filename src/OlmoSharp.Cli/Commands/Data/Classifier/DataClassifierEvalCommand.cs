using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary><c>olmo data classifier eval</c>.</summary>
internal sealed class DataClassifierEvalCommand : RunnableCommand
{
    private readonly Argument<string> _model = new("model") { HelpName = "FILE", Description = "A model of olmo data classifier train, or of fastText" };
    private readonly LabelledTextOptions _texts;
    private readonly JsonOption _json = new();

    public DataClassifierEvalCommand()
        : base("eval", "Measure a classifier on labelled texts: precision, recall, F1, confusion, calibration")
    {
        Add(_model);
        _texts = new LabelledTextOptions(this);
        Add(_json);
        Examples =
        [
            new("olmo data classifier eval quality.bin --class good=heldout/books --class bad=heldout/crawl", "Measure a model on documents it was not trained on"),
            new("olmo data classifier eval languages.bin -i heldout --label $.source --paragraphs --json", "Print the results for a program"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var model = TextClassifier.Load(arguments.GetRequiredValue(_model));
        var texts = _texts.Texts(arguments);
        var result = await ProgressDisplay.RunAsync(terminal, "Measuring", "texts", null, progress => ClassifierEvaluation.Run(model, texts, done => progress.Report(done), cancellation));
        if (arguments.GetValue(_json))
        {
            ShowAll(result, terminal);
            return ExitCode.Success;
        }

        ResultTable[] tables = [Summary(result), Labels(result), Confusion(result), Calibration(result)];
        foreach (var (table, place) in tables.Select((table, place) => (table, place)))
        {
            if (place > 0)
            {
                await terminal.Output.WriteLineAsync();
            }

            table.Write(terminal, asJson: false);
        }

        return ExitCode.Success;
    }

    private static IEnumerable<(string Name, double Value)> Measures(ClassifierEvaluation result) =>
    [
        ("texts", result.Texts),
        ("texts without a score", result.Unscored),
        ("accuracy", result.Accuracy),
        ("macro F1", result.MacroF1),
        ("log loss", result.LogLoss),
        ("calibration error", result.CalibrationError),
    ];

    private static ResultTable Summary(ClassifierEvaluation result)
    {
        var table = new ResultTable(new("measure"), new("value", IsNumber: true));
        foreach (var (name, value) in Measures(result))
        {
            table.Add(name, value);
        }

        return table;
    }

    private static ResultTable Labels(ClassifierEvaluation result)
    {
        var table = new ResultTable(
            new("label"), new("texts", IsNumber: true), new("precision", IsNumber: true), new("recall", IsNumber: true), new("F1", IsNumber: true));
        foreach (var label in result.Labels)
        {
            table.Add(label.Label, label.Texts, label.Precision, label.Recall, label.F1);
        }

        return table;
    }

    private static ResultTable Confusion(ClassifierEvaluation result)
    {
        var table = new ResultTable([new("true label"), .. result.Names.Select(name => new ResultColumn(name, IsNumber: true))]);
        for (var truth = 0; truth < result.Names.Count; truth++)
        {
            table.Add([result.Names[truth], .. Enumerable.Range(0, result.Names.Count).Select(predicted => (object?)result.Confused(truth, predicted))]);
        }

        return table;
    }

    private static ResultTable Calibration(ClassifierEvaluation result)
    {
        var table = new ResultTable(new("best score"), new("texts", IsNumber: true), new("mean score", IsNumber: true), new("accuracy", IsNumber: true));
        foreach (var bin in result.Calibration)
        {
            table.Add(FormattableString.Invariant($"{bin.Low:0.0} to {bin.High:0.0}"), bin.Texts, bin.MeanScore, bin.Accuracy);
        }

        return table;
    }

    /// <summary>Everything as one list, each row with what it is about.</summary>
    private static void ShowAll(ClassifierEvaluation result, Terminal terminal)
    {
        var table = new ResultTable(new("measure"), new("label"), new("other"), new("value", IsNumber: true));
        foreach (var (name, value) in Measures(result))
        {
            table.Add(name, null, null, value);
        }

        foreach (var label in result.Labels)
        {
            table.Add("texts", label.Label, null, label.Texts);
            table.Add("precision", label.Label, null, label.Precision);
            table.Add("recall", label.Label, null, label.Recall);
            table.Add("F1", label.Label, null, label.F1);
        }

        for (var truth = 0; truth < result.Names.Count; truth++)
        {
            for (var predicted = 0; predicted < result.Names.Count; predicted++)
            {
                table.Add("predicted", result.Names[truth], result.Names[predicted], result.Confused(truth, predicted));
            }
        }

        foreach (var bin in result.Calibration)
        {
            var range = FormattableString.Invariant($"{bin.Low:0.0}-{bin.High:0.0}");
            table.Add("calibration texts", null, range, bin.Texts);
            table.Add("calibration mean score", null, range, bin.MeanScore);
            table.Add("calibration accuracy", null, range, bin.Accuracy);
        }

        table.Write(terminal, asJson: true);
    }
}
