using System.Text;

namespace OlmoSharp.Evaluation.Execution;

/// <summary>What a program prints on both streams, up to a limit.</summary>
/// <param name="limit">Bytes for both together.</param>
/// <param name="marker">The first line of standard output, which the sandbox prints when it is ready.</param>
internal sealed class BoundedOutput(int limit, string marker)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private long _bytes;

    /// <summary>Done when the marker was read.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Done when the limit was reached.</summary>
    public Task Full => _full.Task;

    /// <summary>Standard output after the marker.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                var text = _output.ToString();
                var end = text.IndexOf(marker, StringComparison.Ordinal);
                return end < 0 ? text : text[(end + marker.Length)..].TrimStart('\n');
            }
        }
    }

    /// <summary>Standard error.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Reads both streams to their ends or the limit.</summary>
    public Task ReadAsync(Stream output, Stream errors) => Task.WhenAll(ReadAsync(output, _output), ReadAsync(errors, _errors));

    private async Task ReadAsync(Stream stream, StringBuilder text)
    {
        var buffer = new byte[8192];
        var characters = new char[8192];
        var decoder = Encoding.UTF8.GetDecoder();
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lock (text)
                {
                    text.Append(characters, 0, decoder.GetChars(buffer, 0, count, characters, 0));
                    if (text == _output && !_ready.Task.IsCompleted && text.ToString().Contains(marker, StringComparison.Ordinal))
                    {
                        _ready.TrySetResult();
                    }
                }

                if (Interlocked.Add(ref _bytes, count) > limit + marker.Length + 1)
                {
                    _full.TrySetResult();
                    return;
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The sandbox was ended and its pipes were closed.
        }
    }
}
