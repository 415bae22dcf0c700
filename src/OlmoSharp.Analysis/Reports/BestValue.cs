namespace OlmoSharp.Analysis.Reports;

/// <summary>Which number of a column is the best.</summary>
public enum BestValue
{
    /// <summary>The column is not a comparison.</summary>
    None,

    /// <summary>The lowest, as of a loss.</summary>
    Lowest,

    /// <summary>The highest, as of a rate.</summary>
    Highest,
}
