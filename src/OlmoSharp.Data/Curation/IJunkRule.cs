namespace OlmoSharp.Data.Curation;

/// <summary>A rule that calls a document junk by the counts of its text.</summary>
public interface IJunkRule
{
    /// <summary>The rule's name in reports, such as <c>too-short</c>.</summary>
    string Name { get; }

    /// <summary>Whether a text with these counts is junk.</summary>
    bool IsJunk(TextStatistics statistics);
}
