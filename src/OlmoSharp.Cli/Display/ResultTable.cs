using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Analysis.Charts;

namespace OlmoSharp.Cli.Display;

/// <summary>The table printer: rows of results for people, or a JSON array of objects for programs.</summary>
internal sealed class ResultTable(params IReadOnlyList<ResultColumn> columns)
{
    private readonly List<object?[]> _rows = [];

    /// <summary>Whether the first column stays whole in a narrow terminal, because its names are to be copied; lines are longer than the terminal then.</summary>
    public bool KeepsNames { get; init; }

    /// <summary>Adds a row.</summary>
    /// <param name="cells">A value for each column: a text, a number, true or false, or null for nothing.</param>
    public void Add(params object?[] cells)
    {
        if (cells.Length != columns.Count)
        {
            throw new ArgumentException($"{cells.Length} cells for {columns.Count} columns", nameof(cells));
        }

        _rows.Add(cells);
    }

    /// <summary>Writes the rows to standard output.</summary>
    public void Write(Terminal terminal, bool asJson)
    {
        if (asJson)
        {
            WriteJson(terminal.Output);
        }
        else
        {
            WriteText(terminal);
        }
    }

    private void WriteText(Terminal terminal)
    {
        List<string[]> lines = [[.. columns.Select(column => column.Name)], .. _rows.Select(row => row.Select(Text).ToArray())];
        var widths = columns.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();

        // Only the first column gives way when the terminal is narrow: it names the rows, the others are the results.
        var others = widths.Skip(1).Sum(width => width + 2);
        widths[0] = KeepsNames ? widths[0] : Math.Clamp(terminal.OutputWidth - others, Math.Min(12, widths[0]), widths[0]);
        lines.Insert(1, [.. widths.Select(width => new string('─', width))]);
        foreach (var line in lines)
        {
            terminal.Output.WriteLine(string.Join("  ", line.Select((cell, i) => Fit(cell, widths[i], columns[i].IsNumber))).TrimEnd());
        }
    }

    private void WriteJson(TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartArray();
            foreach (var row in _rows)
            {
                json.WriteStartObject();
                for (var i = 0; i < row.Length; i++)
                {
                    json.WritePropertyName(columns[i].Name.Replace(' ', '_'));
                    JsonSerializer.Serialize(json, row[i], Numbers);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static JsonSerializerOptions Numbers { get; } = new()
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static string Fit(string cell, int width, bool isNumber) =>
        isNumber ? cell.PadLeft(width) : cell.Length <= width ? cell.PadRight(width) : string.Concat(cell.AsSpan(0, width - 1), "…");

    private static string Text(object? cell) => cell switch
    {
        null => "–",
        double or float => ChartNumber.Format(Convert.ToDouble(cell, CultureInfo.InvariantCulture)),
        int or long => string.Create(CultureInfo.InvariantCulture, $"{cell:#,0}"),
        bool flag => flag ? "yes" : "no",
        // A control character in a name must not reach the terminal.
        _ => string.Concat(cell.ToString()!.Select(c => char.IsControl(c) ? '�' : c)),
    };
}
