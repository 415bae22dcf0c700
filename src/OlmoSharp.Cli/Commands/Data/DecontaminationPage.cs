using System.Globalization;
using OlmoSharp.Analysis.Reports;
using OlmoSharp.Data.Decontamination;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>The page of <c>olmo data decontaminate</c>.</summary>
internal static class DecontaminationPage
{
    /// <summary>Makes the page: a table of all sets, and some hits of each.</summary>
    public static RunReport Of(ContaminationSummary summary) => new()
    {
        Title = "Decontamination",
        Subtitle = "Items of evaluation sets that were found in documents. All hits are in hits.jsonl beside this page.",
        Highlights =
        [
            new("contaminated documents", Number(summary.ContaminatedDocuments), $"of {Number(summary.Documents)}"),
            new("items found", Number(summary.Evaluations.Sum(row => row.ItemsHit)), $"of {Number(summary.Evaluations.Sum(row => row.Items))}"),
        ],
        Sections =
        [
            new("Evaluation sets", [Table(summary)]),
            .. summary.Evaluations.Where(row => row.Examples.Count > 0).Select(row => new ReportSection(row.Evaluation, [Examples(row)])),
        ],
    };

    private static ReportTable Table(ContaminationSummary summary) => new()
    {
        Title = "What was found of each set.",
        Description = "Unchecked items say too little to be looked for (unchecked.jsonl); of questions only, the answer that is needed was not near (questions.jsonl).",
        Columns = [new("evaluation"), new("items"), new("duplicates"), new("unchecked"), new("items hit"), new("share", Format: "0.0000"), new("documents hit"), new("hits"), new("questions only")],
        Rows = [.. summary.Evaluations.Select(row => (IReadOnlyList<ReportCell>)
        [
            row.Evaluation, row.Items, row.Duplicates, row.Unchecked, row.ItemsHit, (double)row.ItemsHit / row.Items, row.DocumentsHit, row.Hits, row.QuestionsOnly,
        ])],
    };

    private static ReportTable Examples(EvaluationSummary summary) => new()
    {
        Title = "The first hits.",
        Columns = [new("item"), new("document"), new("score", Format: "0.000"), new("question"), new("found")],
        Rows = [.. summary.Examples.Select(hit => (IReadOnlyList<ReportCell>)[hit.Item, hit.Document, hit.Score, hit.Question, hit.Text])],
    };

    private static string Number(long count) => count.ToString("#,0", CultureInfo.InvariantCulture);
}
