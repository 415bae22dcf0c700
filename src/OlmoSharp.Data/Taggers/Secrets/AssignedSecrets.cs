using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>
/// Finds what is assigned to, or compared with, a name that speaks of a secret, by the names that detect-secrets has: <c>password = "…"</c>, <c>"api_key": "…"</c>, <c>secret: …</c>,
/// <c>"…" == my_password</c>. Without quotation marks it is one word of at least six bytes that is no call or index, and not of letters, points and dashes alone, as the names of variables and types
/// are. Every place is found from its <c>=</c> or <c>:</c>, and no part of the text is looked at twice.
/// </summary>
internal ref struct AssignedSecrets
{
    private const int ShortestWord = 6;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"u8);
    private static readonly SearchValues<byte> PathBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-."u8);
    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n\v\f\"'`,;&<>)]}"u8);
    private static readonly SearchValues<byte> Quotes = SearchValues.Create("\"'`"u8);

    private static readonly string[] Whose = ["api", "auth", "service", "account", "db", "database", "priv", "private", "client"];

    private readonly ReadOnlySpan<byte> _text;
    private readonly List<SecretMatch> _found;

    // Up to where no further quotation mark of a kind is on the line.
    private int _noDouble;
    private int _noSingle;
    private int _noBack;

    private AssignedSecrets(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        _text = text;
        _found = found;
    }

    /// <summary>Finds values.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        var secrets = new AssignedSecrets(text, found);
        var floor = 0;
        for (var at = 0; text[at..].IndexOfAny((byte)'=', (byte)':') is >= 0 and var next;)
        {
            var sign = at + next;
            at = secrets.Read(floor, sign);
            floor = sign + 1;
        }
    }

    /// <summary>Reads around an operator. Returns where the next may be.</summary>
    private int Read(int floor, int sign)
    {
        // The sign is the first of its operator but for the ! of !=.
        var start = sign > floor && _text[sign - 1] == '!' ? sign - 1 : sign;
        var end = sign + 1;
        while (end < _text.Length && end - start < 3 && _text[end] is (byte)'=' or (byte)'>')
        {
            end++;
        }

        var left = SkipSpaceBack(floor, start);
        if (IsSecretName(NameBefore(floor, left)))
        {
            return Value(SkipSpace(end)) is > 0 and var after ? after : end;
        }

        if (end - start >= 2 && _text[end - 1] == '=' && left > floor && Quotes.Contains(_text[left - 1]))
        {
            var right = SkipSpace(end);
            if (IsSecretName(_text[right..SecretBytes.End(_text, right, NameBytes)]))
            {
                Compared(floor, left - 1);
            }
        }

        return end;
    }

    private readonly int SkipSpaceBack(int floor, int at)
    {
        while (at > floor && _text[at - 1] is (byte)' ' or (byte)'\t')
        {
            at--;
        }

        return at;
    }

    private readonly int SkipSpace(int at)
    {
        while (at < _text.Length && _text[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    /// <summary>The name that ends before a place, behind at most two quotation marks or brackets.</summary>
    private readonly ReadOnlySpan<byte> NameBefore(int floor, int end)
    {
        for (var closing = 0; closing < 2 && end > floor && _text[end - 1] is (byte)']' or (byte)'"' or (byte)'\''; closing++)
        {
            end--;
        }

        var before = _text[floor..end];
        return before[(before.LastIndexOfAnyExcept(NameBytes) + 1)..];
    }

    private static bool IsSecretName(ReadOnlySpan<byte> name)
    {
        if (name.Length < 3)
        {
            return false;
        }

        for (var i = 0; i + 3 <= name.Length; i++)
        {
            var rest = name[i..];
            switch (rest[0] | 0x20)
            {
                case 'p' when Begins(rest, "pwd"u8) || Begins(rest, "passwd"u8) || Begins(rest, "password"u8) || (Begins(rest, "pass"u8) && IsBehind(name[..i], "db", "database", "key")):
                case 's' when Begins(rest, "secret"u8):
                case 'c' when Begins(rest, "contrasena"u8):
                case 'k' when Begins(rest, "key"u8) && IsBehind(name[..i], Whose):
                    return true;
            }
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => text.Length >= word.Length && System.Text.Ascii.EqualsIgnoreCase(text[..word.Length], word);

    private static bool IsBehind(ReadOnlySpan<byte> name, params ReadOnlySpan<string> words)
    {
        name = name.Length > 0 && name[^1] is (byte)'_' or (byte)'-' ? name[..^1] : name;
        foreach (var word in words)
        {
            if (name.Length >= word.Length && System.Text.Ascii.EqualsIgnoreCase(name[^word.Length..], word))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the value that begins at a place. Returns its end, or 0 where there is none.</summary>
    private int Value(int at)
    {
        at += at + 1 < _text.Length && _text[at] == '@' && Quotes.Contains(_text[at + 1]) ? 1 : 0;
        if (at >= _text.Length)
        {
            return 0;
        }

        if (!Quotes.Contains(_text[at]))
        {
            var wordEnd = _text[at..].IndexOfAny(WordEnds) is >= 0 and var length ? at + length : _text.Length;
            var word = _text[at..wordEnd];
            if (word.Length >= ShortestWord && word.IndexOfAny("(["u8) < 0 && word.ContainsAnyExcept(PathBytes))
            {
                Add(at, wordEnd);
            }

            return wordEnd;
        }

        var quote = _text[at];
        ref var none = ref NoMore(quote);
        if (at + 1 < none)
        {
            return 0;
        }

        var end = _text[(at + 1)..].IndexOfAny(quote, (byte)'\n') is >= 0 and var place ? at + 1 + place : _text.Length;
        if (end == _text.Length || _text[end] == '\n')
        {
            none = end;
            return 0;
        }

        var value = _text[(at + 1)..end];
        if (value.Length > 0 && value[^1] != ',' && !value.ContainsAny(Quotes))
        {
            Add(at + 1, end);
        }

        return end + 1;
    }

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    private ref int NoMore(byte quote)
    {
        if (quote == '"')
        {
            return ref _noDouble;
        }

        if (quote == '\'')
        {
            return ref _noSingle;
        }

        return ref _noBack;
    }

    /// <summary>Adds the string that ends with a quotation mark, if it begins after the operator before it and on the same line.</summary>
    private readonly void Compared(int floor, int quote)
    {
        var before = _text[floor..quote];
        var start = before.LastIndexOfAny(_text[quote], (byte)'\n');
        if (start >= 0 && before[start] == _text[quote])
        {
            Add(floor + start + 1, quote);
        }
    }

    private readonly void Add(int start, int end)
    {
        var value = _text[start..end];
        if (!SecretFilters.IsPlaceholder(value) && !SecretFilters.IsSequence(value) && !SecretFilters.IsIdentifier(_text, start))
        {
            _found.Add(new SecretMatch(SecretKind.Keyword, start, end));
        }
    }
}
