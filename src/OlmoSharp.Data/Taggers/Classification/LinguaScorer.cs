using System.Text;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>Scores texts by the Lingua library; scores add up to 1.</summary>
/// <param name="languages">The languages.</param>
internal sealed class LinguaScorer(LinguaLanguages languages) : ITextScorer
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Labels => languages.Codes;

    /// <inheritdoc/>
    public bool TryScore(ReadOnlySpan<byte> text, Span<float> scores)
    {
        var confidences = languages.Detector.ComputeLanguageConfidenceValues(Encoding.UTF8.GetString(text));
        var sum = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            var score = confidences.GetValueOrDefault(languages.Languages[i]);
            scores[i] = (float)score;
            sum += score;
        }

        // A text without letters has no language.
        return sum > 0;
    }
}
