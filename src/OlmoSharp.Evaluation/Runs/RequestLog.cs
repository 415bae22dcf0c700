using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>
/// What a model answered to a task's requests, a line each, only ever appended to: a run that was killed goes on where it was, and nothing is asked twice. One file for each model and task, by
/// their hashes. Requests without an answer are not in it, so that the next run asks them again.
/// </summary>
internal sealed class RequestLog : IDisposable
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A continuation that the model holds impossible has the logarithm of 0.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly Dictionary<string, RequestAnswer> _answers = new(StringComparer.Ordinal);
    private readonly FileStream _file;

    private RequestLog(FileStream file) => _file = file;

    /// <summary>How many answers there are.</summary>
    public int Count => _answers.Count;

    /// <summary>Opens a model's and task's log, or begins it.</summary>
    /// <param name="folder">The folder of all logs.</param>
    /// <param name="model">The model.</param>
    /// <param name="spec">The task.</param>
    /// <exception cref="EvaluationException">The file is in use, or not a log of these.</exception>
    public static RequestLog Open(string folder, ModelIdentity model, TaskSpec spec)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{model.Hash[..12]}-{spec.Hash}.jsonl");
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (IOException error)
        {
            throw new EvaluationException($"{path}: the log of requests cannot be opened ({error.Message}); does another run write it?", error);
        }

        var log = new RequestLog(file);
        try
        {
            log.Read(path, JsonSerializer.Serialize(new Header(model.Hash, spec.Hash), Options));
            return log;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The answer to a request; null where there is none yet.</summary>
    public RequestAnswer? Find(string key) => _answers.GetValueOrDefault(key);

    /// <summary>Adds an answer; it is with the operating system when this returns.</summary>
    public void Append(string key, RequestAnswer answer)
    {
        _answers.Add(key, answer);
        _file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new Line(key, answer), Options) + "\n"));
        _file.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Read(string path, string header)
    {
        // What a kill cut off within a line goes; it may end within a character.
        var bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var number = 0;
        foreach (var line in WholeLines(Encoding.UTF8.GetString(bytes, 0, end)))
        {
            number++;
            if (number == 1)
            {
                if (line != header)
                {
                    throw new EvaluationException($"{path}, line 1: the log is of another model, task or version; remove the file, and its answers are asked for anew");
                }

                continue;
            }

            try
            {
                var read = JsonSerializer.Deserialize<Line>(line, Options) is { Key: not null, Answer: not null } whole ? whole : throw new JsonException("it is no answer");
                _answers[read.Key] = read.Answer;
            }
            catch (JsonException error)
            {
                throw new EvaluationException($"{path}, line {number}: the line is damaged ({error.Message}); remove it, and its answer is asked for anew", error);
            }
        }

        _file.SetLength(end);
        _file.Position = end;
        if (number == 0)
        {
            _file.Write(Encoding.UTF8.GetBytes(header + "\n"));
            _file.Flush();
        }
    }

    private static IEnumerable<string> WholeLines(string text)
    {
        for (int start = 0, end; (end = text.IndexOf('\n', start)) >= 0; start = end + 1)
        {
            yield return text[start..end];
        }
    }

    private sealed record Header(string Model, string Task);

    private sealed record Line(string Key, RequestAnswer Answer);
}
