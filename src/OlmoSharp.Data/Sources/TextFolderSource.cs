using System.Text;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Sources;

/// <summary>
/// A folder of the user's own text files, with its subfolders: one document per file, or per row of a JSONL file
/// (<c>.jsonl</c>, <c>.jsonl.gz</c>, <c>.jsonl.zst</c>; a row needs only <c>text</c>). Text is UTF-8, or UTF-16 with a byte order mark;
/// files with a NUL byte are binary and are left out and listed in <see cref="SkippedFiles"/>. Hidden files and links are not followed.
/// The documents' source is the folder's name, their id the path within it.
/// </summary>
/// <param name="folder">The folder.</param>
public sealed class TextFolderSource(string folder) : ITextSource
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] RowExtensions = [".jsonl", ".jsonl.gz", ".jsonl.zst"];

    private readonly string _source = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
    private readonly List<string> _skippedFiles = [];

    /// <inheritdoc/>
    public string Name => folder;

    /// <summary>The binary files left out by the last reading, as paths within the folder.</summary>
    public IReadOnlyList<string> SkippedFiles => _skippedFiles;

    /// <inheritdoc/>
    public IEnumerable<Document> ReadDocuments(CancellationToken cancellationToken = default)
    {
        var files = FindFiles();
        _skippedFiles.Clear();
        var any = false;
        foreach (var (relative, documents) in OrderedParallel.Select(files, ReadFile, cancellationToken))
        {
            if (documents is null)
            {
                _skippedFiles.Add(relative);
                continue;
            }

            foreach (var document in documents)
            {
                any = true;
                yield return document;
            }
        }

        if (!any)
        {
            throw new DataException($"{folder}: holds no text ({_skippedFiles.Count} binary files left out). Give a folder with text files.");
        }
    }

    private List<string> FindFiles()
    {
        if (!Directory.Exists(folder))
        {
            throw new DataException($"{folder}: no such folder. Give a folder with text files.");
        }

        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
            IgnoreInaccessible = false,
        };
        return [.. Directory.EnumerateFiles(folder, "*", options)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];
    }

    private (string Relative, IEnumerable<Document>? Documents) ReadFile(string relative)
    {
        var path = Path.Combine(folder, relative);
        if (RowExtensions.Any(extension => relative.EndsWith(extension, StringComparison.OrdinalIgnoreCase)))
        {
            return (relative, ReadRows(path, relative));
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot be read: {error.Message}", error);
        }

        return Decode(path, bytes) is { } text
            ? (relative, [new Document { Id = relative, Text = text, Source = _source }])
            : (relative, null);
    }

    private IEnumerable<Document> ReadRows(string path, string relative)
    {
        using var reader = new DocumentReader(path);
        while (reader.ReadRow() is { } row)
        {
            yield return new Document
            {
                Id = $"{relative}:{reader.LineNumber}",
                Text = row.Text ?? throw reader.Missing("text"),
                Source = _source,
                Added = row.Added,
                Created = row.Created,
                Metadata = WithOrigin(row),
            };
        }
    }

    private static JsonObject? WithOrigin(DocumentRow row)
    {
        var metadata = row.Metadata;
        if (row.Id is not null || row.Source is not null)
        {
            metadata ??= [];
            metadata["original_id"] = row.Id;
            metadata["original_source"] = row.Source;
        }

        return metadata;
    }

    private static string? Decode(string path, byte[] bytes) => bytes switch
    {
        [0xEF, 0xBB, 0xBF, ..] => DecodeUtf8(path, bytes, 3),
        [0xFF, 0xFE, ..] => DecodeUtf16(path, bytes, bigEndian: false),
        [0xFE, 0xFF, ..] => DecodeUtf16(path, bytes, bigEndian: true),
        _ => bytes.AsSpan().Contains((byte)0) ? null : DecodeUtf8(path, bytes, 0),
    };

    private static string DecodeUtf8(string path, byte[] bytes, int start)
    {
        var invalid = Utf8Place.FindInvalidByte(bytes.AsSpan(start));
        return invalid < 0
            ? Utf8.GetString(bytes.AsSpan(start))
            : throw new DataException(
                $"{path}: invalid UTF-8 at byte {start + invalid} (0x{bytes[start + invalid]:X2}). Convert the file to UTF-8, or move it out of the folder.");
    }

    private static string DecodeUtf16(string path, byte[] bytes, bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);
        try
        {
            return encoding.GetString(bytes.AsSpan(2));
        }
        catch (DecoderFallbackException error)
        {
            throw new DataException(
                $"{path}: invalid UTF-16 near byte {2 + Math.Max(error.Index, 0)}. Convert the file to UTF-8, or move it out of the folder.", error);
        }
    }
}
