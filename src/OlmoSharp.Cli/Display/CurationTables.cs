using OlmoSharp.Data.Curation;

namespace OlmoSharp.Cli.Display;

/// <summary>A curation report as tables.</summary>
internal static class CurationTables
{
    /// <summary>What was kept of each source.</summary>
    public static ResultTable Sources(CurationReport report) => Of(report.SourceRows());

    /// <summary>What was removed and why, with an example each.</summary>
    public static ResultTable Reasons(CurationReport report) => Of(report.ReasonRows());

    private static ResultTable Of(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var table = new ResultTable([.. rows[0].Select((name, i) => new ResultColumn(name, IsNumber: i > 0 && name != "example"))]);
        foreach (var row in rows.Skip(1))
        {
            table.Add([.. row]);
        }

        return table;
    }
}
