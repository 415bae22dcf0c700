using System.Text;
using System.Text.Json;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>
/// Answers as they come: lines that are only ever appended, behind a first one that says what they are answers to. After a kill, whole lines count, a broken last one is cut off. While one run
/// writes, another is refused.
/// </summary>
internal sealed class AnswerLog : IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = PlainJsonEncoder.Instance };

    private readonly FileStream _stream;
    private readonly Dictionary<string, AnswerText> _answers = [];

    /// <summary>Opens or starts a log.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="run">What differs where the answers would.</param>
    /// <exception cref="EvaluationException">It is of another run, in use, or damaged before its last line.</exception>
    public AnswerLog(string path, string run)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            _stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the log of answers cannot be opened ({exception.Message}); does another run write it?", exception);
        }

        try
        {
            Resume(path, run);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    /// <summary>The answers there are, by their keys.</summary>
    public IReadOnlyDictionary<string, AnswerText> Answers => _answers;

    /// <summary>Appends an answer; it is with the operating system when this returns.</summary>
    public void Append(string key, AnswerText answer)
    {
        lock (_answers)
        {
            Write(new Line(key, answer));
            _answers.Add(key, answer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void Resume(string path, string run)
    {
        var bytes = new byte[_stream.Length];
        _stream.ReadExactly(bytes);
        var whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        _stream.SetLength(whole);
        _stream.Position = whole;
        if (whole == 0)
        {
            Write(new Head(run));
            return;
        }

        foreach (var (line, i) in Encoding.UTF8.GetString(bytes, 0, whole - 1).Split('\n').Select((line, i) => (line, i)))
        {
            try
            {
                if (i == 0)
                {
                    if (JsonSerializer.Deserialize<Head>(line, Json)?.Run != run)
                    {
                        throw new EvaluationException($"{path}: it was begun with other questions, another model or other settings; remove it, or choose another output");
                    }
                }
                else if (JsonSerializer.Deserialize<Line>(line, Json) is { Key: { } key, Answer: { Text: not null } answer })
                {
                    _answers[key] = answer;
                }
                else
                {
                    throw new JsonException("it is no answer");
                }
            }
            catch (JsonException exception)
            {
                throw new EvaluationException($"{path}:{i + 1}: the line is damaged ({exception.Message}); remove the file to begin anew", exception);
            }
        }
    }

    private void Write<T>(T line)
    {
        _stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(line, Json), (byte)'\n']);
        _stream.Flush();
    }

    private sealed record Head(string Run);

    private sealed record Line(string Key, AnswerText Answer);
}
