using System.Buffers;

namespace OlmoSharp.Data.Taggers.Secrets;

/// <summary>
/// Finds tokens that are known by how they begin and how long they are. Only runs of at least 20 letters, digits and <c>_-+/=</c> are looked at, which in most texts are few, and in them only
/// places after something that is neither letter nor digit. Where a token has no greatest length, no part of the text is looked at twice for it.
/// </summary>
internal ref struct TokenSecrets
{
    private const int ShortestToken = 20;

    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+/="u8);
    private static readonly SearchValues<byte> UuidBytes = SearchValues.Create("0123456789abcdefABCDEF-"u8);

    private readonly ReadOnlySpan<byte> _text;
    private readonly List<SecretMatch> _found;
    private int _noWebToken;
    private int _noOpenAiToken;

    private TokenSecrets(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        _text = text;
        _found = found;
    }

    /// <summary>Finds tokens.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="found">Where to add them.</param>
    public static void Find(ReadOnlySpan<byte> text, List<SecretMatch> found)
    {
        var tokens = new TokenSecrets(text, found);

        // A run so long must cover the last byte of every stretch so long; most of these end in a space or a point, and nothing before that is looked at.
        for (var start = 0; start + ShortestToken <= text.Length;)
        {
            var window = text.Slice(start, ShortestToken);
            var gap = window.LastIndexOfAnyExcept(TokenBytes);
            if (gap >= 0)
            {
                start += gap + 1;
                continue;
            }

            start = tokens.FindIn(start, SecretBytes.End(text, start, TokenBytes));
        }
    }

    /// <summary>Finds the tokens of a run. Returns where the last of them, or the run, ends.</summary>
    private int FindIn(int start, int end)
    {
        FindWithFront(start);
        var at = start;
        while (at < end)
        {
            if (!SecretBytes.IsAlphanumeric(_text[at]))
            {
                at++;
                continue;
            }

            var isBoundary = at == 0 || !SecretBytes.IsAlphanumeric(_text[at - 1]);
            var next = isBoundary ? TokenAt(at) : 0;
            at = next > 0 ? next : SecretBytes.End(_text, at, SecretBytes.Alphanumeric);
        }

        return at;
    }

    /// <summary>Tokens whose first part may be too short for a run, and so is before it.</summary>
    private void FindWithFront(int start)
    {
        var before = _text[..start];
        if (before.EndsWith("SG."u8) && (start == 3 || !SecretBytes.IsAlphanumeric(_text[start - 4])) && Exactly(start, SecretBytes.Dashed, 22) && IsAt(start + 22, "."u8) && Exactly(start + 23, SecretBytes.Dashed, 43))
        {
            Add(SecretKind.SendGridKey, start - 3, start + 66);
        }
        else if (before.EndsWith("hooks.slack."u8) && IsAt(start, "com/services/T"u8))
        {
            FindWebhook(start);
        }
        else if (before.EndsWith(":"u8) && Exactly(start, SecretBytes.Dashed, 35))
        {
            var digits = before[..^1].LastIndexOfAnyExcept(SecretBytes.Digits) + 1;
            if (start - 1 - digits is >= 8 and <= 10 && (digits == 0 || !SecretBytes.Dashed.Contains(_text[digits - 1])))
            {
                Add(SecretKind.TelegramBotToken, digits, start + 35);
            }
        }
    }

    private void FindWebhook(int start)
    {
        var team = SecretBytes.End(_text, start + "com/services/"u8.Length, SecretBytes.Word);
        if (!IsAt(team, "/B"u8))
        {
            return;
        }

        var channel = SecretBytes.End(_text, team + 1, SecretBytes.Word);
        var end = IsAt(channel, "/"u8) ? SecretBytes.End(_text, channel + 1, SecretBytes.Word) : 0;
        if (end > channel + 1)
        {
            var host = start - "hooks.slack."u8.Length;
            Add(SecretKind.SlackToken, _text[..host].EndsWith("https://"u8) ? host - 8 : host, end);
        }
    }

    /// <summary>Finds a token that begins at a place. Returns its end, or 0.</summary>
    private int TokenAt(int at) => _text[at] switch
    {
        (byte)'A' => AmazonAt(at) is > 0 and var end ? end
            : IsAt(at, "AIza"u8) ? Exact(SecretKind.GoogleApiKey, at, 4, SecretBytes.Dashed, 35)
            : IsAt(at, "AccountKey="u8) ? Exact(SecretKind.AzureStorageKey, at, 11, SecretBytes.Base64, 88)
            : IsAt(at, "AC"u8) && Exact(SecretKind.TwilioKey, at, 2, SecretBytes.Lower, 32) is > 0 and var twilio ? twilio
            : ArtifactoryAt(at),
        (byte)'S' when IsAt(at, "SK"u8) => Exact(SecretKind.TwilioKey, at, 2, SecretBytes.Lower, 32),
        (byte)'g' => GitAt(at),
        (byte)'G' when IsAt(at, "GR1348941"u8) => AtLeast(SecretKind.GitLabToken, at, 9, SecretBytes.Dashed, 20),
        (byte)'h' when IsAt(at, "hf_"u8) => AtLeast(SecretKind.HuggingFaceToken, at, 3, SecretBytes.Alphanumeric, 30),
        (byte)'e' when IsAt(at, "eyJ"u8) => WebTokenAt(at),
        (byte)'s' => IsAt(at, "sk_live_"u8) ? AtLeast(SecretKind.StripeKey, at, 8, SecretBytes.Alphanumeric, 24)
            : IsAt(at, "sk-"u8) ? OpenAiAt(at)
            : IsAt(at, "sq0csp-"u8) ? Exact(SecretKind.SquareSecret, at, 7, SecretBytes.Dashed, 43)
            : LowerAt(at),
        (byte)'r' when IsAt(at, "rk_live_"u8) => AtLeast(SecretKind.StripeKey, at, 8, SecretBytes.Alphanumeric, 24),
        (byte)'x' when IsAt(at, "xox"u8) => SlackAt(at),
        (byte)'n' when IsAt(at, "npm_"u8) => AtLeast(SecretKind.NpmToken, at, 4, SecretBytes.Alphanumeric, 36),
        (byte)'a' when IsAt(at, "authToken="u8) && at > 0 && _text[at - 1] == '_' && SecretBytes.Has(_text, at + 10, UuidBytes, 36) => Add(SecretKind.NpmToken, at + 10, at + 46),
        (byte)'p' when IsAt(at, "pypi-AgEIcHlwaS5vcmc"u8) => AtLeast(SecretKind.PyPiToken, at, 20, SecretBytes.Dashed, 70),
        (byte)'p' when IsAt(at, "pypi-AgENdGVzdC5weXBpLm9yZw"u8) => AtLeast(SecretKind.PyPiToken, at, 27, SecretBytes.Dashed, 70),
        (byte)'M' or (byte)'N' or (byte)'O' => DiscordAt(at),
        (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9') => LowerAt(at),
        _ => 0,
    };

    private readonly int AmazonAt(int at)
    {
        var isKey = IsAt(at, "AKIA"u8) || IsAt(at, "ASIA"u8) || IsAt(at, "ABIA"u8) || IsAt(at, "ACCA"u8) || IsAt(at, "A3T"u8);
        return isKey && SecretBytes.Has(_text, at, SecretBytes.Upper, 20) && !IsInside(at + 20) ? Add(SecretKind.AwsAccessKey, at, at + 20) : 0;
    }

    private readonly int ArtifactoryAt(int at)
    {
        if (!IsAt(at, "AKC"u8) && !(IsAt(at, "AP"u8) && at + 2 < _text.Length && _text[at + 2] is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'A' and <= (byte)'F')))
        {
            return 0;
        }

        var end = SecretBytes.End(_text, at, SecretBytes.Alphanumeric);
        return end - at >= ShortestToken && (at == 0 || _text[at - 1] is <= (byte)' ' or (byte)'=' or (byte)':' or (byte)'"') && (end == _text.Length || _text[end] is <= (byte)' ' or (byte)'"')
            ? Add(SecretKind.Artifactory, at, end)
            : 0;
    }

    private readonly int GitAt(int at)
    {
        if (IsAt(at, "gh"u8) && at + 3 < _text.Length && _text[at + 2] is (byte)'p' or (byte)'o' or (byte)'u' or (byte)'s' or (byte)'r' && _text[at + 3] == '_')
        {
            return AtLeast(SecretKind.GitHubToken, at, 4, SecretBytes.Alphanumeric, 36);
        }

        return IsAt(at, "github_pat_"u8) ? AtLeast(SecretKind.GitHubToken, at, 11, SecretBytes.Word, 50)
            : IsAt(at, "glpat-"u8) || IsAt(at, "glptt-"u8) || IsAt(at, "glcbt-"u8) || IsAt(at, "glimt-"u8) || IsAt(at, "gloas-"u8) ? AtLeast(SecretKind.GitLabToken, at, 6, SecretBytes.Dashed, 20)
            : IsAt(at, "gldt-"u8) || IsAt(at, "glft-"u8) || IsAt(at, "glrt-"u8) ? AtLeast(SecretKind.GitLabToken, at, 5, SecretBytes.Dashed, 20)
            : IsAt(at, "glsoat-"u8) ? AtLeast(SecretKind.GitLabToken, at, 7, SecretBytes.Dashed, 20)
            : IsAt(at, "glagent-"u8) ? AtLeast(SecretKind.GitLabToken, at, 8, SecretBytes.Dashed, 50)
            : LowerAt(at);
    }

    /// <summary><c>xoxb-</c>, groups of digits, and letters and digits.</summary>
    private readonly int SlackAt(int at)
    {
        if (at + 5 > _text.Length || _text[at + 3] is not ((byte)'a' or (byte)'b' or (byte)'o' or (byte)'p' or (byte)'r' or (byte)'s') || _text[at + 4] != '-')
        {
            return 0;
        }

        var (end, groups) = (at + 5, 0);
        while (SecretBytes.End(_text, end, SecretBytes.Digits) is var digits && digits > end && IsAt(digits, "-"u8))
        {
            end = digits + 1;
            groups++;
        }

        var last = SecretBytes.End(_text, end, SecretBytes.Alphanumeric);
        return groups > 0 && last > end && last - at >= ShortestToken ? Add(SecretKind.SlackToken, at, last) : 0;
    }

    private readonly int DiscordAt(int at)
    {
        for (var length = 24; length <= 26; length++)
        {
            if (IsAt(at + length, "."u8))
            {
                return SecretBytes.Has(_text, at, SecretBytes.Dashed, length) && Exactly(at + length + 1, SecretBytes.Dashed, 6) && IsAt(at + length + 7, "."u8)
                    && SecretBytes.Has(_text, at + length + 8, SecretBytes.Dashed, 27)
                    ? Add(SecretKind.DiscordBotToken, at, SecretBytes.End(_text, at + length + 8, SecretBytes.Dashed))
                    : 0;
            }
        }

        return 0;
    }

    /// <summary>Mailchimp's: 32 small letters and digits, <c>-us</c>, and the number of a data centre.</summary>
    private readonly int LowerAt(int at)
    {
        if (!IsAt(at + 32, "-us"u8) || !SecretBytes.Has(_text, at, SecretBytes.Lower, 32))
        {
            return 0;
        }

        var end = SecretBytes.End(_text, at + 35, SecretBytes.Digits);
        return end - at - 35 is 1 or 2 && !IsInside(end) ? Add(SecretKind.MailchimpKey, at, end) : 0;
    }

    private int OpenAiAt(int at)
    {
        if (at < _noOpenAiToken || !SecretBytes.Has(_text, at + 3, SecretBytes.Dashed, 40))
        {
            return 0;
        }

        var end = SecretBytes.End(_text, at + 3, SecretBytes.Dashed);
        if (_text[at..end].IndexOf("T3BlbkFJ"u8) >= 0)
        {
            return Add(SecretKind.OpenAiToken, at, end);
        }

        _noOpenAiToken = end;
        return 0;
    }

    private int WebTokenAt(int at)
    {
        if (at < _noWebToken)
        {
            return 0;
        }

        var header = SecretBytes.End(_text, at, SecretBytes.Dashed);
        var payload = IsAt(header, "."u8) ? SecretBytes.End(_text, header + 1, SecretBytes.Dashed) : header;
        if (payload > header + 1 && WebToken.IsObject(_text[at..header]) && WebToken.IsObject(_text[(header + 1)..payload]))
        {
            return Add(SecretKind.JsonWebToken, at, IsAt(payload, "."u8) ? SecretBytes.End(_text, payload + 1, SecretBytes.Dashed) : payload);
        }

        _noWebToken = header;
        return 0;
    }

    private readonly bool IsAt(int at, ReadOnlySpan<byte> value) => at <= _text.Length && _text[at..].StartsWith(value);

    private readonly bool IsInside(int at) => at < _text.Length && SecretBytes.IsAlphanumeric(_text[at]);

    private readonly bool Exactly(int at, SearchValues<byte> bytes, int length) =>
        SecretBytes.Has(_text, at, bytes, length) && (at + length == _text.Length || !bytes.Contains(_text[at + length]));

    private readonly int Exact(SecretKind kind, int at, int prefix, SearchValues<byte> bytes, int length) =>
        SecretBytes.Has(_text, at + prefix, bytes, length) && !IsInside(at + prefix + length) ? Add(kind, at, at + prefix + length) : 0;

    private readonly int AtLeast(SecretKind kind, int at, int prefix, SearchValues<byte> bytes, int length) =>
        SecretBytes.Has(_text, at + prefix, bytes, length) ? Add(kind, at, SecretBytes.End(_text, at + prefix, bytes)) : 0;

    private readonly int Add(SecretKind kind, int start, int end)
    {
        _found.Add(new SecretMatch(kind, start, end));
        return end;
    }
}
