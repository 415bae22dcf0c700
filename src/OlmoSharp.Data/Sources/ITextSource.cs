using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Sources;

/// <summary>Somewhere that documents come from. Reading twice gives the same documents in the same order.</summary>
public interface ITextSource
{
    /// <summary>What the source is, for progress displays; the documents carry finer source names of their own.</summary>
    string Name { get; }

    /// <summary>Reads the documents lazily.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DataException">The source is not there or holds something unreadable.</exception>
    IEnumerable<Document> ReadDocuments(CancellationToken cancellationToken = default);
}
