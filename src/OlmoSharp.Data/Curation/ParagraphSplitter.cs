namespace OlmoSharp.Data.Curation;

/// <summary>Splits a text into paragraphs at blank lines. Code between <c>```</c> fences stays with the paragraph it stands in.</summary>
internal static class ParagraphSplitter
{
    /// <summary>The paragraphs' places; each has the blank lines after it, so that together they are the whole text.</summary>
    public static List<Range> Split(ReadOnlySpan<char> text)
    {
        var paragraphs = new List<Range>();
        int start = 0, position = 0;
        bool inFence = false, hasText = false, afterBlank = false;
        while (position < text.Length)
        {
            var length = text[position..].IndexOf('\n');
            var end = length < 0 ? text.Length : position + length + 1;
            var line = text[position..end].Trim();
            if (line.IsEmpty)
            {
                afterBlank = !inFence && hasText;
            }
            else
            {
                if (afterBlank)
                {
                    paragraphs.Add(start..position);
                    start = position;
                    afterBlank = false;
                }

                hasText = true;
                inFence ^= line.StartsWith("```");
            }

            position = end;
        }

        if (start < text.Length)
        {
            paragraphs.Add(start..text.Length);
        }

        return paragraphs;
    }
}
