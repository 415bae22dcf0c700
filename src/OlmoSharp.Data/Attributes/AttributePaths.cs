namespace OlmoSharp.Data.Attributes;

/// <summary>Where Dolma keeps attributes: <c>ROOT/documents/a/b.jsonl.gz</c> has its attributes in <c>ROOT/attributes/NAME/a/b.jsonl.gz</c>.</summary>
public static class AttributePaths
{
    /// <summary>The attribute file of a document file.</summary>
    /// <param name="documents">The document file's path.</param>
    /// <param name="name">The attribute set's name: an experiment, a tagger or a dedupe.</param>
    /// <exception cref="DataException">The path has no folder named <c>documents</c>.</exception>
    public static string Of(string documents, string name)
    {
        var (root, relative) = Split(documents);
        return Path.Combine(root, "attributes", name, relative);
    }

    /// <summary>The part of a document file's path below its last folder named <c>documents</c>.</summary>
    /// <param name="documents">The document file's path.</param>
    /// <exception cref="DataException">The path has no folder named <c>documents</c>.</exception>
    public static string Relative(string documents) => Split(documents).Relative;

    private static (string Root, string Relative) Split(string documents)
    {
        var path = documents.Replace('\\', '/');
        const string Folder = "documents/";
        var at = path.LastIndexOf('/' + Folder, StringComparison.Ordinal) + 1;
        return at > 0 || path.StartsWith(Folder, StringComparison.Ordinal)
            ? (path[..at], path[(at + Folder.Length)..])
            : throw new DataException($"{documents}: has no folder named documents in its path, so there is no place for attributes. Move it to ROOT/documents/.");
    }
}
