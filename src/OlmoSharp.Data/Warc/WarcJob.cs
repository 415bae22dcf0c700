using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Warc;

/// <summary>Makes a file of documents of each WARC file: of every response that was a success and is a page or plain text.</summary>
public sealed class WarcJob
{
    // Changes when the same file may give other documents, a new SmartReader included.
    private const int Version = 1;

    private static readonly string[] Extensions = [".warc", ".warc.gz", ".warc.zst"];

    private readonly WarcConfig _config;
    private readonly bool _quarantines;

    /// <summary>Makes the job that a config asks for.</summary>
    /// <param name="config">The config.</param>
    /// <param name="quarantines">Whether a response that cannot be read goes to a file in <c>.quarantine/</c> instead of stopping the job.</param>
    /// <exception cref="DataException">There are no WARC files.</exception>
    public WarcJob(WarcConfig config, bool quarantines = false)
    {
        (_config, _quarantines) = (config, quarantines);
        Tasks = [.. config.Documents.SelectMany((pattern, index) => Files(pattern).Select(path => Task(path, pattern, config.Destination[config.Destination.Count == 1 ? 0 : index])))];
    }

    /// <summary>A task for each WARC file.</summary>
    public IReadOnlyList<ShardTask> Tasks { get; }

    /// <summary>What decides the documents besides the files, for <see cref="ShardJob"/>.</summary>
    public string Settings => string.Create(
        CultureInfo.InvariantCulture,
        $"{Version}\n{_config.SourceName}\n{_config.SourceVersion}\n{_config.StoreHtmlInMetadata}\n{_config.SkipDuplicateUrls}\n{_config.MinChars}\n{_config.MaxRecordBytes}\n{_quarantines}");

    /// <summary>Reads one WARC file.</summary>
    /// <param name="work">One of <see cref="Tasks"/>.</param>
    /// <exception cref="DataException">The file is damaged, or a response cannot be read and there is no quarantine.</exception>
    public void Run(ShardWork work)
    {
        var path = work.Task.Inputs[0];
        var quarantine = _quarantines ? new QuarantineFile(work.Output(1)) : null;
        var info = new FileInfoRecord("", Path.GetFileName(path));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var count in new[] { "documents", "other records", "other responses", "duplicate addresses", "too short", "without an article" })
        {
            work.Count(count, 0);
        }

        using var reader = new WarcReader(path, _config.MaxRecordBytes);
        while (reader.Read(IsWanted) is { } record)
        {
            if (record.Type == "warcinfo")
            {
                info = new FileInfoRecord(
                    record.Headers.GetValueOrDefault("WARC-Date", ""), record.Headers.GetValueOrDefault("WARC-Filename") ?? Path.GetFileName(path));
            }
            else if (record.Type == "response")
            {
                try
                {
                    Extract(work, record, info, seen);
                }
                catch (FormatException error) when (quarantine is not null)
                {
                    quarantine.Add(path, record.Number, $"record at byte {record.Offset}: {error.Message}", record.Content);
                }
                catch (FormatException error)
                {
                    throw new DataException($"{path}, record at byte {record.Offset} (uncompressed): {error.Message}. Use --on-error quarantine to go on without it.", error);
                }
            }
            else
            {
                work.Count("other records");
            }

            work.Advance(record.Type == "response" ? 1 : 0);
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }

    private static bool IsWanted(IReadOnlyDictionary<string, string> headers) =>
        headers.GetValueOrDefault("WARC-Type") == "response" && headers.GetValueOrDefault("Content-Type", "application/http").StartsWith("application/http", StringComparison.OrdinalIgnoreCase);

    private void Extract(ShardWork work, WarcRecord record, FileInfoRecord info, HashSet<string> seen)
    {
        var target = record.Headers.GetValueOrDefault("WARC-Target-URI", "").Trim('<', '>');
        if (!target.StartsWith("http", StringComparison.OrdinalIgnoreCase) || record.Content.Length == 0)
        {
            work.Count("other responses");
            return;
        }

        var response = HttpResponse.Parse(record.Content, _config.MaxRecordBytes);
        if (response.Status is < 200 or > 299 || response.ContentType is not ("text/html" or "application/xhtml+xml" or "text/plain"))
        {
            work.Count("other responses");
            return;
        }

        var url = Normalized(target);
        if (_config.SkipDuplicateUrls && !seen.Add(url))
        {
            work.Count("duplicate addresses");
            return;
        }

        var page = PageDecoder.Decode(response.Body, response.Charset);
        var isWhole = false;
        var text = response.ContentType == "text/plain" ? page.ReplaceLineEndings("\n").Trim() : PageText.Extract(page, target, out isWhole);
        if (text.EnumerateRunes().Count() < _config.MinChars)
        {
            work.Count("too short");
            return;
        }

        work.Count("without an article", isWhole ? 1 : 0);
        Write(work.Output(0), record, info, response, url, target, text, _config.StoreHtmlInMetadata ? page : null);
        work.Count("documents");
    }

    private void Write(Stream output, WarcRecord record, FileInfoRecord info, HttpResponse response, string url, string target, string text, string? page)
    {
        var warcDate = Timestamp(info.Date.Length > 0 ? info.Date : record.Headers.GetValueOrDefault("WARC-Date", ""));
        var metadata = new JsonObject
        {
            ["warc_url"] = target,
            ["url"] = url,
            ["warc_date"] = warcDate,
            ["warc_filename"] = info.Name,
            ["content_type"] = response.ContentType,
            ["uncompressed_offset"] = record.Offset,
        };
        if (page is not null)
        {
            metadata["html"] = page;
        }

        var row = new ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(row, DocumentJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("id", IdOf(record, response));
            json.WriteString("text", text);
            json.WriteString("source", _config.SourceName);
            json.WriteString("version", _config.SourceVersion);
            json.WriteString("created", response.Headers.GetValueOrDefault("Date") is { } date && Timestamp(date) is { Length: > 0 } created ? created : warcDate);
            json.WritePropertyName("metadata");
            metadata.WriteTo(json);
            json.WriteEndObject();
        }

        output.Write(row.WrittenSpan);
        output.WriteByte((byte)'\n');
    }

    /// <summary>The payload's digest without its algorithm, in lower case, as in Dolma; where the crawler left none, the SHA-1 of the decoded body.</summary>
    private static string IdOf(WarcRecord record, HttpResponse response) =>
        record.Headers.GetValueOrDefault("WARC-Payload-Digest")?.Split(':', 2) is [_, { Length: > 0 } digest] ? digest.ToLowerInvariant()
#pragma warning disable CA5350 // An identifier as WARC has it, no secret.
        : Convert.ToHexStringLower(SHA1.HashData(response.Body));
#pragma warning restore CA5350

    /// <summary>A time in Dolma's form, or nothing where it is not one.</summary>
    private static string Timestamp(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "";

    /// <summary>The address without scheme and fragment.</summary>
    private static string Normalized(string target)
    {
        var address = Uri.TryCreate(target, UriKind.Absolute, out var uri) ? uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped) : target;
        return address.Split("//", 2)[^1];
    }

    private ShardTask Task(string path, string pattern, string destination)
    {
        var relative = Path.GetRelativePath(DocumentPatterns.RootOf(pattern), path).Replace('\\', '/');
        var name = relative[..^Extensions.First(extension => relative.EndsWith(extension, StringComparison.Ordinal)).Length] + ".jsonl";
        List<string> outputs = [Path.Combine(destination, $"{name}.{_config.Compression}")];
        if (_quarantines)
        {
            outputs.Add(Attributes.AttributePaths.Quarantine(destination, name));
        }

        return new ShardTask { Inputs = [path], Outputs = outputs };
    }

    private static IEnumerable<string> Files(string pattern)
    {
        IReadOnlyList<string> found = Directory.Exists(pattern)
            ? [.. Directory.EnumerateFiles(pattern, "*", SearchOption.AllDirectories).Select(file => file.Replace('\\', '/')).Order(StringComparer.Ordinal)]
            : DocumentPatterns.Expand([pattern]);
        IReadOnlyList<string> files = [.. found.Where(file => Extensions.Any(extension => file.EndsWith(extension, StringComparison.Ordinal)))];
        return files.Count > 0 ? files : throw new DataException($"{pattern}: there are no WARC files here. Expected names that end in {string.Join(", ", Extensions)}.");
    }

    private sealed record FileInfoRecord(string Date, string Name);
}
