using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using OlmoSharp.Evaluation.Endpoints;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>
/// Reads datasets from the Hugging Face Hub over its plain HTTP layout: <c>api/datasets/NAME/revision/REVISION</c> says the commit, <c>api/datasets/NAME/tree/COMMIT</c> lists files with sizes
/// and checksums, page by page, and <c>datasets/NAME/resolve/COMMIT/PATH</c> gives a file, perhaps from another host.
/// </summary>
internal sealed partial class HubClient : IDisposable
{
    private const int MostRedirects = 10;
    private const int MostPages = 1000;

    private readonly HubOptions _options;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;
    private readonly RetrySchedule _schedule;

    /// <summary>Prepares to read; nothing is sent yet.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="time">The clock; null: the system's.</param>
    /// <exception cref="EvaluationException">The address is not one of the web.</exception>
    public HubClient(HubOptions options, TimeProvider? time = null)
    {
        if (!options.Address.IsAbsoluteUri || options.Address.Scheme is not ("http" or "https"))
        {
            throw new EvaluationException($"'{options.Address}' is no address of a hub; give one such as {HubOptions.DefaultAddress}");
        }

        (_options, _time) = (options, time ?? TimeProvider.System);
        _schedule = new(options.FirstWait, options.LongestWait, TimeSpan.FromMinutes(10));
        // Redirects are followed here, because a token must not follow them to another host.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new(options.Address.ToString().TrimEnd('/') + "/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Finds a dataset at a revision.</summary>
    /// <param name="name">Its repository, of today or before.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <param name="mayBeMissing">Whether a known dataset may have no such revision: that is null too, and a refusal is an error.</param>
    /// <returns>Null where the hub has no such dataset, or does not show it.</returns>
    /// <exception cref="EvaluationException">The dataset has no such revision, is gated, or the hub fails.</exception>
    public Task<HubDataset?> FindAsync(string name, string revision, CancellationToken cancellation, bool mayBeMissing = false)
    {
        var place = new Uri(_client.BaseAddress!, $"api/datasets/{name}/revision/{Uri.EscapeDataString(revision)}");
        return PatientlyAsync(place, async () =>
        {
            using var response = await SendAsync(place, null, cancellation).ConfigureAwait(false);
            var code = Header(response, "X-Error-Code");
            if (response.StatusCode == HttpStatusCode.NotFound && code == "RevisionNotFound" && !mayBeMissing)
            {
                throw new EvaluationException($"{_options.Address}: the dataset {name} has no revision {revision}");
            }

            // To who may not see it, the hub says of a private dataset and of none the same.
            if (response.StatusCode == HttpStatusCode.NotFound || (response.StatusCode == HttpStatusCode.Unauthorized && (mayBeMissing ? code == "RepoNotFound" : code != "GatedRepo")))
            {
                return null;
            }

            using var json = await JsonAsync(place, response, name, cancellation).ConfigureAwait(false);
            return json.RootElement is { ValueKind: JsonValueKind.Object } root && Text(root, "sha") is { Length: > 0 } commit
                ? new HubDataset(Text(root, "id") ?? name, commit)
                : throw new EvaluationException($"{place}: the answer names no commit (sha); it is no hub of datasets");
        }, cancellation);
    }

    /// <summary>Lists a dataset's files.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EvaluationException">The hub fails, or answers something else.</exception>
    public async Task<IReadOnlyList<HubFile>> ListAsync(HubDataset dataset, CancellationToken cancellation)
    {
        List<HubFile> files = [];
        var place = new Uri(_client.BaseAddress!, $"api/datasets/{dataset.Name}/tree/{dataset.Commit}?recursive=true");
        for (var page = 0; page < MostPages; page++)
        {
            var here = place;
            var (entries, next) = await PatientlyAsync(here, async () =>
            {
                using var response = await SendAsync(here, null, cancellation).ConfigureAwait(false);
                using var json = await JsonAsync(here, response, dataset.Name, cancellation).ConfigureAwait(false);
                return (Files(here, json.RootElement), Next(here, response));
            }, cancellation).ConfigureAwait(false);
            files.AddRange(entries);
            if (next is null)
            {
                return files;
            }

            place = next;
        }

        throw new EvaluationException($"{place}: the list of files does not end");
    }

    /// <summary>Reads a small file.</summary>
    /// <param name="dataset">Its dataset.</param>
    /// <param name="path">Its path there.</param>
    /// <param name="cancellation">Stops at once.</param>
    /// <exception cref="EvaluationException">The hub fails.</exception>
    public Task<string> ReadAsync(HubDataset dataset, string path, CancellationToken cancellation)
    {
        var place = PlaceOf(dataset, path);
        return PatientlyAsync(place, async () =>
        {
            using var response = await SendAsync(place, null, cancellation).ConfigureAwait(false);
            Check(place, response, dataset.Name);
            // UTF-8 as Git has it, whatever the answer's head calls it.
            return Encoding.UTF8.GetString(await ReadingAsync(stop => response.Content.ReadAsByteArrayAsync(stop), cancellation).ConfigureAwait(false));
        }, cancellation);
    }

    /// <summary>Downloads a file to its final name. What an earlier attempt left is gone on with; the name is given when size and checksum are right.</summary>
    /// <param name="dataset">The file's dataset.</param>
    /// <param name="file">The file.</param>
    /// <param name="target">The name to give it.</param>
    /// <param name="progress">Told how many of its bytes are there.</param>
    /// <param name="cancellation">Stops at once; what is there is gone on with next time.</param>
    /// <exception cref="EvaluationException">The hub fails, sends something else, or the disk refuses.</exception>
    public async Task DownloadAsync(HubDataset dataset, HubFile file, string target, Action<long> progress, CancellationToken cancellation)
    {
        var place = PlaceOf(dataset, file.Path);
        var part = PartOf(target, file);
        var isResumed = File.Exists(part) && new FileInfo(part).Length > 0;
        for (var isFirst = true; ; isFirst = false)
        {
            await DownloadPartAsync(place, dataset, file, part, progress, cancellation).ConfigureAwait(false);
            if (OnDisk(part, () => new FileInfo(part).Length == file.Size && file.Checksum.IsOf(part, cancellation)))
            {
                break;
            }

            File.Delete(part);
            // What an earlier run left may have been damaged; a whole download may not.
            if (!isFirst || !isResumed)
            {
                throw new EvaluationException($"{place}: the {file.Size} bytes received do not have the checksum {file.Checksum} that the hub lists; nothing is kept, try again");
            }
        }

        OnDisk(target, () =>
        {
            File.Move(part, target, overwrite: true);
            return true;
        });
    }

    /// <summary>The name of a file under way, which no rule for data finds; another version of the file has another.</summary>
    internal static string PartOf(string target, HubFile file) =>
        Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{file.Checksum.Value[..Math.Min(12, file.Checksum.Value.Length)]}.part");

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private Uri PlaceOf(HubDataset dataset, string path) => new(
        _client.BaseAddress!, $"datasets/{dataset.Name}/resolve/{dataset.Commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");

    /// <summary>Downloads until the file has its size; failures that came further than all before do not count as in a row.</summary>
    private async Task DownloadPartAsync(Uri place, HubDataset dataset, HubFile file, string part, Action<long> progress, CancellationToken cancellation)
    {
        using var stream = OnDisk(part, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(part)!);
            return new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        });
        if (stream.Length > file.Size)
        {
            stream.SetLength(0);
        }

        var (furthest, failures) = (stream.Length, 0);
        while (stream.Length < file.Size)
        {
            try
            {
                await DownloadRestAsync(place, dataset, stream, file.Size, part, progress, cancellation).ConfigureAwait(false);
                if (stream.Length < file.Size)
                {
                    throw new PassingFailureException($"only {stream.Length} of {file.Size} bytes came");
                }
            }
            catch (PassingFailureException failure)
            {
                // Against the furthest, not the last: a server that does not know ranges and drops here and there would be asked for ever.
                (furthest, failures) = stream.Length > furthest ? (stream.Length, 0) : (furthest, failures + 1);
                if (failures > _options.Retries)
                {
                    throw new EvaluationException($"{place}: {failure.Message} ({failures} attempts in a row came no further); {stream.Length} of {file.Size} bytes are kept, the same command goes on", failure);
                }

                await Task.Delay(_schedule.WaitAfter(Math.Max(0, failures - 1), failure.Wait), _time, cancellation).ConfigureAwait(false);
            }
        }

        OnDisk(part, () =>
        {
            stream.Flush(flushToDisk: true);
            return true;
        });
    }

    private async Task DownloadRestAsync(Uri place, HubDataset dataset, FileStream stream, long size, string part, Action<long> progress, CancellationToken cancellation)
    {
        var start = stream.Length;
        using var response = await SendAsync(place, start > 0 ? new(start, null) : null, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            stream.SetLength(0);
            throw new PassingFailureException("the hub does not go on with what is there");
        }

        Check(place, response, dataset.Name);
        // A server that does not know ranges sends the whole again.
        if (start > 0 && (response.StatusCode != HttpStatusCode.PartialContent || response.Content.Headers.ContentRange?.From != start))
        {
            stream.SetLength(0);
        }

        stream.Position = stream.Length;
        using var body = await ReadingAsync(stop => response.Content.ReadAsStreamAsync(stop), cancellation).ConfigureAwait(false);
        var buffer = new byte[1 << 17];
        int read;
        while ((read = await ReadingAsync(stop => body.ReadAsync(buffer, stop).AsTask(), cancellation).ConfigureAwait(false)) > 0)
        {
            if (stream.Position + read > size)
            {
                throw new EvaluationException($"{place}: more than the {size} bytes came that the hub lists; nothing of it has a final name");
            }

            OnDisk(part, () =>
            {
                stream.Write(buffer, 0, read);
                return true;
            });
            progress(stream.Position);
        }
    }

    /// <summary>Sends a request, and follows redirects; the token goes to the hub's own host alone.</summary>
    private async Task<HttpResponseMessage> SendAsync(Uri place, RangeItemHeaderValue? range, CancellationToken cancellation)
    {
        var here = place;
        for (var redirects = 0; ; redirects++)
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, here);
            if (range is not null)
            {
                message.Headers.Range = new(range.From, range.To);
            }

            if (_options.Token is { } token && IsHub(here))
            {
                message.Headers.Authorization = new("Bearer", token);
            }

            var response = await ReadingAsync(stop => _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop), cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308))
            {
                return response;
            }

            using (response)
            {
                var next = response.Headers.Location is { } location && Uri.TryCreate(here, location, out var target) ? target : throw new EvaluationException($"{here}: the hub redirects to nowhere");
                if (redirects == MostRedirects || next.Scheme is not ("http" or "https") || (here.Scheme == "https" && next.Scheme == "http"))
                {
                    throw new EvaluationException($"{here}: the hub redirects to {next}, which is not followed{(redirects == MostRedirects ? $" after {MostRedirects} others" : "")}");
                }

                here = next;
            }
        }
    }

    private bool IsHub(Uri place) => place.Scheme == _options.Address.Scheme && place.Host == _options.Address.Host && place.Port == _options.Address.Port;

    /// <summary>Waits for something to come, but not for ever.</summary>
    private async Task<T> ReadingAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.Silence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await read(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            throw new PassingFailureException($"nothing came for {_options.Silence.TotalSeconds:0} s", null, exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new PassingFailureException($"the connection failed ({exception.Message})", null, exception);
        }
    }

    private async Task<T> PatientlyAsync<T>(Uri place, Func<Task<T>> attempt, CancellationToken cancellation)
    {
        for (var failures = 0; ; failures++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (PassingFailureException failure)
            {
                if (failures == _options.Retries)
                {
                    throw new EvaluationException($"{place}: {failure.Message} ({failures + 1} attempts)", failure);
                }

                await Task.Delay(_schedule.WaitAfter(failures, failure.Wait), _time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<JsonDocument> JsonAsync(Uri place, HttpResponseMessage response, string name, CancellationToken cancellation)
    {
        Check(place, response, name);
        var bytes = await ReadingAsync(stop => response.Content.ReadAsByteArrayAsync(stop), cancellation).ConfigureAwait(false);
        try
        {
            return JsonDocument.Parse(bytes);
        }
        catch (JsonException error)
        {
            throw new EvaluationException($"{place}: the answer is no JSON ({error.Message}); it is no hub of datasets", error);
        }
    }

    private void Check(Uri place, HttpResponseMessage response, string name)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var said = Header(response, "X-Error-Message") is { Length: > 0 } message ? $": {message}" : "";
        var failure = $"the hub answered {(int)response.StatusCode} {response.StatusCode}{said}";
        if (RetrySchedule.MayPass(response.StatusCode))
        {
            throw new PassingFailureException(failure, RetrySchedule.Asked(response.Headers.RetryAfter, _time.GetUtcNow()));
        }

        throw new EvaluationException(response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? $"{place}: {failure}. The dataset is gated or private: accept its terms at {new Uri(_client.BaseAddress!, $"datasets/{name}")} and give a token in HF_TOKEN{(_options.Token is null ? "" : ", one that may read it")}"
            : $"{place}: {failure}");
    }

    private static List<HubFile> Files(Uri place, JsonElement page)
    {
        if (page.ValueKind != JsonValueKind.Array)
        {
            throw new EvaluationException($"{place}: the answer is no list of files");
        }

        List<HubFile> files = [];
        foreach (var entry in page.EnumerateArray().Where(entry => Text(entry, "type") == "file"))
        {
            var path = Text(entry, "path");
            var large = entry.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object ? lfs : (JsonElement?)null;
            var value = Text(large ?? entry, "oid")?.Replace("sha256:", "", StringComparison.Ordinal);
            var size = (large ?? entry).TryGetProperty("size", out var bytes) && bytes.ValueKind == JsonValueKind.Number && bytes.TryGetInt64(out var count) ? count : -1;
            files.Add(path is { Length: > 0 } && value is not null && FileChecksum.IsDigits(value) && size >= 0
                ? new(path, size, large is null ? FileChecksum.Git(value) : FileChecksum.Sha256(value))
                : throw new EvaluationException($"{place}: a file is listed without path, size or checksum: {entry.GetRawText()}"));
        }

        return files;
    }

    /// <summary>The next page that a <c>Link</c> header names (RFC 8288).</summary>
    /// <exception cref="EvaluationException">It names one, but not so that it can be asked for: the list would end early.</exception>
    private static Uri? Next(Uri place, HttpResponseMessage response)
    {
        var links = response.Headers.TryGetValues("Link", out var values) ? string.Join(", ", values) : "";
        // Apart from the addresses, which may say so too.
        if (!NextRelation.IsMatch(Link.Replace(links, "$2")))
        {
            return null;
        }

        return Link.Matches(links).FirstOrDefault(link => NextRelation.IsMatch(link.Groups[2].Value)) is { } found
            && Uri.TryCreate(place, found.Groups[1].Value, out var next) && next.Scheme is "http" or "https"
            ? next
            : throw new EvaluationException($"{place}: the list of files goes on at an address that cannot be read: Link: {links}");
    }

    // An address with its parameters, of which texts in quotes may hold anything.
    [GeneratedRegex("""<([^>]*)>((?:"[^"]*"|[^<"])*)""", RegexOptions.CultureInvariant)]
    private static partial Regex Link { get; }

    [GeneratedRegex("""\brel\s*=\s*(next\b|"([^"]*\s)?next[\s"])""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NextRelation { get; }

    private static string? Text(JsonElement fields, string name) =>
        fields.ValueKind == JsonValueKind.Object && fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static T OnDisk<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the disk refuses ({error.Message}); nothing half-written has a final name, and the same command goes on with what is there", error);
        }
    }
}
