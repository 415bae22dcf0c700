using System.Text;
using System.Text.Json;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>
/// Answers by what they answer, as they come: lines that are only ever appended, behind a first one that says whose they are. After a kill, whole lines count, and a broken last one is cut off.
/// While one run writes, another is refused.
/// </summary>
/// <typeparam name="T">An answer.</typeparam>
internal abstract class KeyedLog<T> : IDisposable
    where T : class
{
    private readonly Dictionary<string, T> _answers = new(StringComparer.Ordinal);
    private readonly JsonSerializerOptions _json;
    private readonly FileStream _stream;

    /// <summary>Opens or begins a log.</summary>
    /// <param name="path">Its file, in a folder that is made if need be.</param>
    /// <param name="head">What differs where the answers would.</param>
    /// <param name="json">How lines are written.</param>
    /// <exception cref="EvaluationException">It is of something else, in use, or damaged before its last line.</exception>
    protected KeyedLog(string path, object head, JsonSerializerOptions json)
    {
        _json = json;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the log of answers cannot be opened ({error.Message}); does another run write it?", error);
        }

        try
        {
            Resume(path, JsonSerializer.Serialize(head, json));
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The answers there are, by their keys.</summary>
    public IReadOnlyDictionary<string, T> Answers => _answers;

    /// <summary>Appends an answer; it is with the operating system when this returns. From any thread.</summary>
    public void Append(string key, T answer)
    {
        lock (_answers)
        {
            _answers.Add(key, answer);
            Write(JsonSerializer.Serialize(new Line(key, answer), _json));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Resume(string path, string head)
    {
        var buffer = new byte[1 << 16];
        var (filled, whole, number) = (0, 0L, 0);
        for (int read; (read = _stream.Read(buffer, filled, buffer.Length - filled)) > 0;)
        {
            filled += read;
            var start = 0;
            while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is var length and >= 0)
            {
                Take(path, head, ++number, buffer.AsSpan(start, length));
                start += length + 1;
            }

            whole += start;
            filled -= start;
            buffer.AsSpan(start, filled).CopyTo(buffer);
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * filled);
            }
        }

        // A kill may have cut within a line, and within a character.
        _stream.SetLength(whole);
        _stream.Position = whole;
        if (number == 0)
        {
            Write(head);
        }
    }

    private void Take(string path, string head, int number, ReadOnlySpan<byte> line)
    {
        if (number == 1)
        {
            if (!line.SequenceEqual(Encoding.UTF8.GetBytes(head)))
            {
                throw new EvaluationException($"{path}:1: the log was begun with other questions, another model or other settings; remove it and all is asked anew, or choose another output");
            }

            return;
        }

        try
        {
            var read = JsonSerializer.Deserialize<Line>(line, _json) is { Key: not null, Answer: not null } known ? known : throw new JsonException("it is no answer");
            _answers[read.Key] = read.Answer;
        }
        catch (JsonException error)
        {
            throw new EvaluationException($"{path}:{number}: the line is damaged ({error.Message}); remove it, and its answer is asked for anew", error);
        }
    }

    private void Write(string line)
    {
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _stream.Flush();
    }

    private sealed record Line(string Key, T Answer);
}
