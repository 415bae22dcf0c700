using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Tasks;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>
/// What a model answered to a task's requests: one file for each model and task, by their hashes. A run that was killed goes on where it was, and nothing is asked twice. Requests without an
/// answer are not in it, so that the next run asks them again.
/// </summary>
internal sealed class RequestLog : KeyedLog<RequestAnswer>
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // A continuation that the model holds impossible has the logarithm of 0.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private RequestLog(string path, Header header)
        : base(path, header, Options)
    {
    }

    /// <summary>Opens a model's and task's log, or begins it.</summary>
    /// <param name="folder">The folder of all logs.</param>
    /// <param name="model">The model.</param>
    /// <param name="spec">The task.</param>
    /// <exception cref="EvaluationException">The file is in use, or not a log of these.</exception>
    public static RequestLog Open(string folder, ModelIdentity model, TaskSpec spec) =>
        new(Path.Combine(folder, $"{model.Hash[..12]}-{spec.Hash}.jsonl"), new(model.Hash, spec.Hash));

    /// <summary>The answer to a request; null where there is none yet.</summary>
    public RequestAnswer? Find(string key) => Answers.GetValueOrDefault(key);

    private sealed record Header(string Model, string Task);
}
