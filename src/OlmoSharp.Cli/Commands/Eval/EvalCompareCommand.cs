using System.CommandLine;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Comparison;

namespace OlmoSharp.Cli.Commands.Eval;

/// <summary><c>olmo eval compare</c>.</summary>
internal sealed class EvalCompareCommand : RunnableCommand
{
    private readonly Argument<string[]> _folders = new("folder") { Description = "Output folders of olmo eval run; the first is what the others are compared with", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string[]> _published = new("--published") { HelpName = "NAME", Description = "Show published scores of models with this in their names, e.g. OLMo-2", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _html = new("--html") { HelpName = "FILE", Description = "Write a page" };
    private readonly Option<string?> _markdown = new("--markdown") { HelpName = "FILE", Description = "Write a table in Markdown" };
    private readonly JsonOption _json = new();

    public EvalCompareCommand()
        : base("compare", "Compare models' results, document by document, with confidence intervals")
    {
        Add(_folders);
        Add(_published);
        Add(_html);
        Add(_markdown);
        Add(_json);
        Examples =
        [
            new("olmo eval compare eval/pretrained eval/soup", "Two models in the terminal"),
            new("olmo eval compare eval/model --published OLMo-2 --html compare.html", "Beside published scores, as a page"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var comparison = ResultComparison.Of(arguments.GetRequiredValue(_folders), arguments.GetValue(_published) ?? []);
        Table(comparison).Write(terminal, arguments.GetValue(_json));
        foreach (var note in comparison.Notes)
        {
            await terminal.Error.WriteLineAsync(note);
        }

        if (arguments.GetValue(_html) is { } page)
        {
            ReportPage.Write(ComparisonPage.Of(comparison), page);
        }

        if (arguments.GetValue(_markdown) is { } markdown)
        {
            AtomicFile.WriteAllText(markdown, ComparisonPage.Markdown(comparison));
        }

        return ExitCode.Success;
    }

    private static ResultTable Table(ResultComparison comparison)
    {
        var table = new ResultTable(
            new("task"), new("model"), new("score"), new("standard error"), new("difference"), new("95 % from"), new("to"), new("p"), new("p adjusted"), new("wins"), new("losses"), new("detectable"), new("n"))
        {
            KeepsNames = true,
        };
        foreach (var row in comparison.Rows)
        {
            foreach (var (model, (score, difference)) in comparison.Models.Zip(row.Scores).Where(pair => pair.Second.Score is not null))
            {
                table.Add(
                    row.Name, model, score!.Mean, score.StandardError, difference?.Difference, difference?.Low, difference?.High, difference?.P, difference?.AdjustedP, difference?.Wins, difference?.Losses,
                    difference?.MinimumDetectableEffect, score.Count);
            }

            foreach (var published in row.Published)
            {
                table.Add(row.Name, $"{published.Model} (published)", published.Score, null, null, null, null, null, null, null, null, null, null);
            }
        }

        return table;
    }
}
