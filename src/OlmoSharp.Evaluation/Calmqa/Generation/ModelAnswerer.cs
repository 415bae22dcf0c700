using OlmoSharp.Evaluation.Models;
using OlmoSharp.Inference.Clients;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Evaluation.Calmqa.Generation;

/// <summary>A model of this machine, asked by itself: temperature 0.</summary>
/// <param name="generator">The model; it is disposed with this.</param>
/// <param name="modelId">What to call it.</param>
/// <param name="fingerprint">A hash of its files, and what computes.</param>
public sealed class ModelAnswerer(TextGenerator generator, string modelId, string fingerprint) : IAnswerer
{
    /// <inheritdoc/>
    public string ModelId => modelId;

    /// <inheritdoc/>
    public string Fingerprint => fingerprint;

    /// <inheritdoc/>
    public int AtOnce => 1;

    /// <summary>Loads a model.</summary>
    /// <param name="path">A model folder or a <c>.gguf</c> file.</param>
    /// <param name="engine">What computes.</param>
    /// <exception cref="EvaluationException">There is no such model.</exception>
    public static ModelAnswerer Load(string path, EngineKind engine)
    {
        var fingerprint = $"{ModelFiles.Hash(path)}\t{engine}";
        return new(TextGenerator.Load(path, engine: engine), ModelName.Of(path), fingerprint);
    }

    /// <inheritdoc/>
    public Task<AnswerText> AnswerAsync(string prompt, int maximumTokens, CancellationToken cancellation) => Task.Run(
        () =>
        {
            var result = generator.Complete(generator.Encode(prompt), new() { MaximumTokens = maximumTokens, Sampling = new() { Temperature = 0, TopP = 1 } }, cancellation)[0];
            return new AnswerText(result.Text, result.Finish == FinishReason.Length ? "length" : "stop", result.Ids.Count);
        },
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
