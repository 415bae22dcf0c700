using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>Repeated tokens: see <see cref="PeriodicSequences"/>. A repetition's score is its count.</summary>
/// <param name="tokenizer">The tokenizer; null: words between white space stand for tokens.</param>
/// <param name="version">What is searched, and what is said.</param>
internal sealed class TokenRepetitionTagger(Tokenizer? tokenizer, TokenRepetitionVersion version) : ITagger
{
    private const int PartCodePoints = 100_000;

    private readonly TokenStream _tokens = new(tokenizer);
    private readonly List<PeriodicSequence> _sequences = [];
    private readonly List<Repetition> _found = [];

    /// <inheritdoc/>
    public IReadOnlyList<string> Types => RepetitionSpans.Types;

    /// <inheritdoc/>
    public void Tag(TaggedDocument document, TagSpans spans)
    {
        _found.Clear();
        if (version == TokenRepetitionVersion.Paragraphs)
        {
            FindInParagraphs(document);
        }
        else if (tokenizer is null)
        {
            _tokens.Take(document.Scan.Words);
            Find();
        }
        else if (version == TokenRepetitionVersion.Parts)
        {
            FindInParts(document.Text);
        }
        else
        {
            _tokens.Take(document.Text, 0, document.Text.Length, afterSpace: false);
            Find();
        }

        RepetitionSpans.Say(document, _found, spans, evenIfNone: version != TokenRepetitionVersion.Parts);
    }

    private void FindInParagraphs(TaggedDocument document)
    {
        var scan = document.Scan;
        for (var i = 0; i < scan.ParagraphCount; i++)
        {
            var paragraph = scan.Paragraph(i);
            if (tokenizer is null)
            {
                _tokens.Take(scan.Words.Slice(paragraph.FirstWord, paragraph.WordCount));
            }
            else
            {
                _tokens.Take(document.Text, paragraph.Start, paragraph.End, afterSpace: true);
            }

            Find();
        }
    }

    private void FindInParts(ReadOnlySpan<byte> text)
    {
        for (var start = 0; start < text.Length;)
        {
            var end = start;
            for (var codePoints = 0; end < text.Length && codePoints < PartCodePoints; codePoints++)
            {
                end += text[end] < 0x80 ? 1 : text[end] < 0xE0 ? 2 : text[end] < 0xF0 ? 3 : 4;
            }

            _tokens.Take(text, start, end, afterSpace: false);
            Find();
            start = end;
        }
    }

    private void Find()
    {
        _sequences.Clear();
        PeriodicSequences.Find(_tokens.Tokens, _sequences);
        var first = _found.Count;
        foreach (var sequence in _sequences)
        {
            _found.Add(new Repetition(_tokens.Start(sequence.Start), _tokens.End(sequence.End - 1), sequence.Times));
        }

        if (version == TokenRepetitionVersion.Parts)
        {
            DropContained(first);
        }
    }

    /// <summary>Drops each repetition that lies inside the one kept before it: a period of 2 repeats with 4 and 6 too.</summary>
    private void DropContained(int first)
    {
        var found = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_found)[first..];
        found.Sort((left, right) =>
            left.Start != right.Start ? left.Start.CompareTo(right.Start)
            : left.End != right.End ? right.End.CompareTo(left.End)
            : right.Times.CompareTo(left.Times));
        var kept = 0;
        for (var i = 0; i < found.Length; i++)
        {
            if (kept == 0 || found[i].End > found[kept - 1].End)
            {
                found[kept++] = found[i];
            }
        }

        _found.RemoveRange(first + kept, found.Length - kept);
    }
}
