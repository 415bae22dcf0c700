using System.Text;

namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>Puts texts together and keeps their marks.</summary>
internal sealed class MarkedTextBuilder
{
    private readonly StringBuilder _text = new();
    private readonly List<TextSpan> _foreign = [];

    /// <summary>UTF-16 units so far.</summary>
    public int Length => _text.Length;

    /// <summary>Appends text of the template.</summary>
    public MarkedTextBuilder Append(string text)
    {
        _text.Append(text);
        return this;
    }

    /// <summary>Appends text of one side.</summary>
    public MarkedTextBuilder Append(string text, bool isForeign)
    {
        if (isForeign)
        {
            Mark(_text.Length, _text.Length + text.Length);
        }

        return Append(text);
    }

    /// <summary>Appends marked text.</summary>
    public MarkedTextBuilder Append(MarkedText text)
    {
        foreach (var span in text.Foreign)
        {
            Mark(_text.Length + span.Start, _text.Length + span.End);
        }

        return Append(text.Text);
    }

    /// <summary>All of it.</summary>
    public MarkedText Build() => new(_text.ToString(), [.. _foreign]);

    private void Mark(int start, int end)
    {
        if (_foreign.Count > 0 && _foreign[^1].End == start)
        {
            _foreign[^1] = new(_foreign[^1].Start, end);
        }
        else if (end > start)
        {
            _foreign.Add(new(start, end));
        }
    }
}
