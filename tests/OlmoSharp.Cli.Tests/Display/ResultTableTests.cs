using OlmoSharp.Cli.Display;
using Xunit;

namespace OlmoSharp.Cli.Tests.Display;

public class ResultTableTests
{
    [Fact]
    public void Columns_line_up_and_the_first_gives_way()
    {
        var table = new ResultTable(new("name"), new("count", IsNumber: true), new("is open"));
        table.Add("short", 1234567, true);
        table.Add("a name that is longer than the terminal", 0.5, null);
        table.Add("a\u001b[31mb\nc", 3L, false);
        Assert.Equal(
            """
            name                       count  is open
            ─────────────────────  ─────────  ───────
            short                  1,234,567  yes
            a name that is longe…        0.5  –
            a�[31mb�c                      3  no

            """,
            Write(table, asJson: false, width: 41));
        Assert.Equal(
            """
            [
              {
                "name": "short",
                "count": 1234567,
                "is_open": true
              },
              {
                "name": "a name that is longer than the terminal",
                "count": 0.5,
                "is_open": null
              },
              {
                "name": "a\u001B[31mb\nc",
                "count": 3,
                "is_open": false
              }
            ]

            """,
            Write(table, asJson: true, width: 41));
    }

    [Fact]
    public void A_row_has_a_cell_for_every_column() => Assert.Throws<ArgumentException>(() => new ResultTable(new("a"), new("b")).Add(1));

    private static string Write(ResultTable table, bool asJson, int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        table.Write(new Terminal { Output = output, OutputWidth = width }, asJson);
        return output.ToString();
    }
}
