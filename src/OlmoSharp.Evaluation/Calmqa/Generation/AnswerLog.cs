using System.Text.Json;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Runs;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>Generated answers, of one model to the questions of one file.</summary>
/// <param name="path">The log's file.</param>
/// <param name="run">What differs where the answers would.</param>
internal sealed class AnswerLog(string path, string run) : KeyedLog<AnswerText>(path, new Head(run), Json)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = PlainJsonEncoder.Instance, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private sealed record Head(string Run);
}
