using System.Text;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Server.Streaming;

/// <summary>A text that is answered as one.</summary>
internal sealed class TextCollector
{
    private readonly StringBuilder _text = new();
    private readonly List<ChosenLogProbabilities> _logProbabilities = [];
    private FinishReason _finish;

    /// <summary>The text so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Log-probabilities of its tokens, where they were asked for.</summary>
    public IReadOnlyList<ChosenLogProbabilities> LogProbabilities => _logProbabilities;

    /// <summary>Why it ended.</summary>
    public string FinishReason => FinishReasons.NameOf(_finish);

    /// <summary>Takes a token.</summary>
    public void Add(in GenerationStep step)
    {
        _text.Append(step.Text);
        _finish = step.Finish ?? _finish;
        if (step.LogProbabilities is { } logProbabilities)
        {
            _logProbabilities.Add(logProbabilities);
        }
    }
}
