namespace OlmoSharp.Data.Attributes;

/// <summary>Where Dolma keeps attributes: <c>ROOT/documents/a/b.jsonl.gz</c> has its attributes in <c>ROOT/attributes/NAME/a/b.jsonl.gz</c>.</summary>
public static class AttributePaths
{
    private const string DocumentsFolder = "documents";

    /// <summary>The attribute file of a document file; that of <c>a.parquet</c> is <c>a.jsonl.zst</c>.</summary>
    /// <param name="documents">The document file's path.</param>
    /// <param name="name">The attribute set's name: an experiment, a tagger or a dedupe.</param>
    /// <param name="folder">The name of the folder that holds the documents.</param>
    /// <exception cref="DataException">The path has no folder of that name.</exception>
    public static string Of(string documents, string name, string folder = DocumentsFolder) =>
        Path.Combine(FolderOf(documents, name, folder), LinesOf(Relative(documents, folder)));

    /// <summary>The folder of an attribute set of a document file.</summary>
    /// <param name="documents">The document file's path.</param>
    /// <param name="name">The attribute set's name.</param>
    /// <param name="folder">The name of the folder that holds the documents.</param>
    /// <exception cref="DataException">The path has no folder of that name.</exception>
    public static string FolderOf(string documents, string name, string folder = DocumentsFolder) =>
        Path.Combine(Split(documents, folder).Root, "attributes", name);

    /// <summary>
    /// Where the lines of a document file go that are no documents: <c>FOLDER/.quarantine/RELATIVE.jsonl</c>. Files below a folder whose name begins with a dot are never taken
    /// for documents or attributes.
    /// </summary>
    /// <param name="folder">The folder of the job's outputs, such as that of an attribute set.</param>
    /// <param name="relative">The document file's path below its root.</param>
    public static string Quarantine(string folder, string relative) => Path.Combine(folder, ".quarantine", relative + ".jsonl");

    /// <summary>The part of a document file's path below the last folder of documents.</summary>
    /// <param name="documents">The document file's path.</param>
    /// <param name="folder">The name of the folder that holds the documents.</param>
    /// <exception cref="DataException">The path has no folder of that name.</exception>
    public static string Relative(string documents, string folder = DocumentsFolder) => Split(documents, folder).Relative;

    /// <summary>The name of what a job writes for each row of a document file: the file's own, but <c>a.jsonl.zst</c> for <c>a.parquet</c>, as jobs write JSON lines.</summary>
    /// <param name="documents">The document file's path.</param>
    public static string LinesOf(string documents) => Path.GetExtension(documents) == ".parquet" ? Path.ChangeExtension(documents, ".jsonl.zst") : documents;

    private static (string Root, string Relative) Split(string documents, string folder)
    {
        var path = documents.Replace('\\', '/');
        var part = folder + '/';
        var at = path.LastIndexOf('/' + part, StringComparison.Ordinal) + 1;
        return at > 0 || path.StartsWith(part, StringComparison.Ordinal)
            ? (path[..at], path[(at + part.Length)..])
            : throw new DataException($"{documents}: has no folder named {folder} in its path, so there is no place for attributes. Move it to ROOT/{folder}/.");
    }
}
