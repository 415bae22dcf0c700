using OlmoSharp.Data.Classification;
using OlmoSharp.Data.Texts;

namespace OlmoSharp.Data.Taggers.Classification;

/// <summary>Says the scores of labels: of the document, or of its paragraphs, as Dolma's taggers of languages do. Its types are the labels, and <c>doc_LABEL</c> for the document's own.</summary>
internal sealed class ScorerTagger : ITagger
{
    private readonly ITextScorer _scorer;
    private readonly TextPart _part;
    private readonly double _minScore;
    private readonly bool _strips;
    private readonly float[] _scores;
    private readonly double[] _sums;

    /// <param name="scorer">What scores; for one thread.</param>
    /// <param name="part">What is scored.</param>
    /// <param name="strips">Whether white space at both ends, also beyond ASCII, is kept from the scorer, as Dolma keeps it from models of languages.</param>
    /// <param name="minScore">Lower scores are not said.</param>
    public ScorerTagger(ITextScorer scorer, TextPart part, bool strips, double minScore = double.NegativeInfinity)
    {
        (_scorer, _part, _strips, _minScore) = (scorer, part, strips, minScore);
        _scores = new float[scorer.Labels.Count];
        _sums = new double[scorer.Labels.Count];
        Types = part == TextPart.ParagraphAndDocument ? [.. scorer.Labels, .. scorer.Labels.Select(label => $"doc_{label}")] : scorer.Labels;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Types { get; }

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        if (_part == TextPart.Document)
        {
            Say(document.Text, 0, document.CodePoints.Count, spans);
            return;
        }

        Array.Clear(_sums);
        var scan = document.Scan;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (paragraph.WordCount > 0)
            {
                Say(document.Text[paragraph.Start..paragraph.End], paragraph.CodePointStart, paragraph.CodePointEnd, spans);
            }
        }

        if (_part == TextPart.ParagraphAndDocument)
        {
            SayDocument(document.CodePoints.Count, spans);
        }
    }

    private void Say(ReadOnlySpan<byte> text, int start, int end, TagSpans spans)
    {
        if (!_scorer.TryScore(_strips ? WhiteSpace.Trim(text) : text, _scores))
        {
            return;
        }

        for (var label = 0; label < _scores.Length; label++)
        {
            if (!float.IsNaN(_scores[label]))
            {
                _sums[label] += (end - start) * (double)_scores[label];
                if (_scores[label] >= _minScore)
                {
                    spans.AddCodePoints(label, start, end, _scores[label]);
                }
            }
        }
    }

    private void SayDocument(int length, TagSpans spans)
    {
        for (var label = 0; label < _sums.Length; label++)
        {
            var score = length == 0 ? 0 : _sums[label] / length;
            if (_scorer is LabelOrNot && label == LabelOrNot.Not && length > 0)
            {
                // As in Dolma, white space between paragraphs counts against the label.
                score = 1 - _sums[LabelOrNot.Itself] / length;
            }

            if (score >= _minScore)
            {
                spans.AddDocument(_sums.Length + label, score);
            }
        }
    }
}
