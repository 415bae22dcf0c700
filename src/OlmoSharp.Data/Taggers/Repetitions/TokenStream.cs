using System.Runtime.InteropServices;
using System.Text;
using OlmoSharp.Data.Texts;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>The tokens of a text with their places.</summary>
/// <param name="tokenizer">The tokenizer; null: words stand for tokens.</param>
internal sealed class TokenStream(Tokenizer? tokenizer)
{
    private readonly List<ulong> _tokens = [];
    private readonly List<int> _starts = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _ids = [];

    /// <summary>The tokens: ids, or what stands for equality of words.</summary>
    public ReadOnlySpan<ulong> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>The first byte of a token, moved back to that of its character.</summary>
    public int Start(int token) => _starts[token];

    /// <summary>The byte after a token's last, moved on to the end of its character.</summary>
    public int End(int token) => _ends[token];

    /// <summary>Takes words.</summary>
    public void Take(ReadOnlySpan<TextWord> words)
    {
        Clear();
        foreach (ref readonly var word in words)
        {
            Add(word.Hash, word.Start, word.End);
        }
    }

    /// <summary>Encodes a part of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">First byte of the part.</param>
    /// <param name="end">The byte after its last.</param>
    /// <param name="afterSpace">Whether it is encoded as if a space came before it.</param>
    public void Take(ReadOnlySpan<byte> text, int start, int end, bool afterSpace)
    {
        Clear();
        _ids.Clear();
        var part = Encoding.UTF8.GetString(text[start..end]);
        tokenizer!.Encode(afterSpace ? " " + part : part, _ids);
        var at = afterSpace ? start - 1 : start;
        foreach (var id in _ids)
        {
            var bytes = tokenizer.TokenBytes(id);
            Add((ulong)id, at, at += bytes.Length);
        }

        if (at != end || !IsSame(text, start, afterSpace))
        {
            Realign(text, start, end, afterSpace);
        }

        for (var i = 0; i < _tokens.Count; i++)
        {
            _starts[i] = Math.Clamp(_starts[i], start, end);
            while (_starts[i] < end && (text[_starts[i]] & 0xC0) == 0x80)
            {
                _starts[i]--;
            }

            while (_ends[i] < end && (text[_ends[i]] & 0xC0) == 0x80)
            {
                _ends[i]++;
            }
        }
    }

    private bool IsSame(ReadOnlySpan<byte> text, int start, bool afterSpace)
    {
        for (var i = 0; i < _ids.Count; i++)
        {
            var bytes = tokenizer!.TokenBytes(_ids[i]);
            var at = _starts[i];
            if (afterSpace && at < start)
            {
                bytes = bytes[1..];
                at = start;
            }

            if (!text.Slice(at, bytes.Length).SequenceEqual(bytes))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Finds the places again where the tokenizer's normalization changed the text. Canonical normalization never makes, takes or changes a space or a line feed, so each
    /// of these stands for itself, and what is between two of them is known to begin and end there.
    /// </summary>
    private void Realign(ReadOnlySpan<byte> text, int start, int end, bool afterSpace)
    {
        var at = start;
        var isAdded = afterSpace;
        for (var i = 0; i < _ids.Count; i++)
        {
            _starts[i] = at;
            var bytes = tokenizer!.TokenBytes(_ids[i]);
            for (var offset = 0; offset < bytes.Length; offset++)
            {
                if (bytes[offset] is not ((byte)' ' or (byte)'\n'))
                {
                    at += at < end && text[at] is not ((byte)' ' or (byte)'\n') ? 1 : 0;
                }
                else if (isAdded)
                {
                    isAdded = false;
                }
                else
                {
                    at += Math.Max(0, text[at..end].IndexOfAny((byte)' ', (byte)'\n'));
                    if (offset == 0)
                    {
                        _starts[i] = at;
                        _ends[Math.Max(0, i - 1)] = at;
                    }

                    at = Math.Min(end, at + 1);
                }
            }

            _ends[i] = i == _ids.Count - 1 ? end : at;
        }
    }

    private void Add(ulong token, int start, int end)
    {
        _tokens.Add(token);
        _starts.Add(start);
        _ends.Add(end);
    }

    private void Clear()
    {
        _tokens.Clear();
        _starts.Clear();
        _ends.Clear();
    }
}
