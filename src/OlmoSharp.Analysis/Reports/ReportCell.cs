namespace OlmoSharp.Analysis.Reports;

/// <summary>A cell of a table: a text, a number, or nothing (shown as a dash). Texts and numbers convert to it.</summary>
public readonly record struct ReportCell
{
    /// <summary>The text; null if the cell is a number or empty.</summary>
    public string? Text { get; init; }

    /// <summary>The number; null if the cell is a text or empty.</summary>
    public double? Number { get; init; }

    /// <summary>A cell with a text.</summary>
    public static ReportCell FromString(string? text) => new() { Text = text };

    /// <summary>A cell with a number, or an empty one.</summary>
    public static ReportCell FromDouble(double? number) => new() { Number = number };

    /// <summary>A cell with a text.</summary>
    public static implicit operator ReportCell(string? text) => FromString(text);

    /// <summary>A cell with a number.</summary>
    public static implicit operator ReportCell(double number) => FromDouble(number);

    /// <summary>A cell with a number, or an empty one.</summary>
    public static implicit operator ReportCell(double? number) => FromDouble(number);
}
