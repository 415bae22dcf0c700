using System.Globalization;
using System.Text;

namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>
/// Finds the end of a prompt in the log-probabilities that a service repeats it with. What is short, has no value, or does not divide where the text does is an error:
/// a sum of fewer tokens would look like a likely text.
/// </summary>
internal static class EchoedPrompt
{
    // What OpenAI and vLLM write for minus infinity, which JSON does not have.
    private const double Impossible = -9999;

    // Rounding may leave a certain token a little above 0.
    private const double Certain = 0.01;

    // How OpenAI writes a token that is no whole characters: bytes:\xf0\x9f.
    private const string EscapedBytes = "bytes:";

    /// <summary>The score of a prompt's last ids.</summary>
    /// <param name="answer">The answer, with log-probabilities.</param>
    /// <param name="count">How many ids the prompt has.</param>
    /// <param name="contextLength">How many of them are not scored.</param>
    /// <param name="generated">The most tokens that were asked for after the prompt.</param>
    /// <exception cref="EvaluationException">The answer does not say how likely they are.</exception>
    public static EchoedScore ScoreIds(EndpointText answer, int count, int contextLength, int generated)
    {
        var tokens = answer.Tokens!;
        return tokens.Count >= count && tokens.Count <= count + generated
            ? Sum(tokens, contextLength, count)
            : throw new EvaluationException($"the service gave {tokens.Count} log-probabilities for a prompt of {count} tokens");
    }

    /// <summary>The score of a prompt's end.</summary>
    /// <param name="answer">The answer, with log-probabilities.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="border">Where the end begins; before the prompt's own end.</param>
    /// <param name="generated">The most tokens that were asked for after the prompt.</param>
    /// <exception cref="EvaluationException">The answer does not say how likely it is, or a token lies on both sides of the border.</exception>
    public static EchoedScore ScoreText(EndpointText answer, string prompt, int border, int generated)
    {
        var tokens = answer.Tokens!;
        // Tokens that spell the prompt cannot lie; offsets may count a beginning of text that is not in the prompt.
        var (ranges, length, at) = Spelled(tokens, prompt) is { } spelled
            ? (spelled, Encoding.UTF8.GetByteCount(prompt), Encoding.UTF8.GetByteCount(prompt.AsSpan(0, border)))
            : (ByOffsets(answer, prompt), PythonText.Length(prompt), PythonText.Length(prompt.AsSpan(0, border)));
        var end = ranges.FindIndex(range => range.Start >= length);
        end = end < 0 ? ranges.Count : end;
        if (end == 0 || ranges[end - 1].End != length)
        {
            throw new EvaluationException($"the service gave log-probabilities of {end} tokens, which end {(end > 0 && ranges[end - 1].End > length ? "behind" : "before")} the prompt does");
        }

        if (tokens.Count - end > generated)
        {
            throw new EvaluationException($"the service gave log-probabilities of {tokens.Count - end} tokens after the prompt, though {generated} were asked for");
        }

        // A beginning of text that the prompt does not have is before every border.
        var first = ranges.FindIndex(range => range.End > at || (range.Start >= at && range.Start > 0));
        return ranges[first].Start >= at
            ? Sum(tokens, first, end)
            : throw new EvaluationException(
                $"the service's token \"{tokens[first].Text}\" lies on both sides of the border between context and continuation; with the model's own tokenizer (--tokenizer) ids are sent, which know the border");
    }

    private static EchoedScore Sum(IReadOnlyList<EndpointToken> tokens, int first, int end)
    {
        var (sum, isKnown, isGreedy) = (0.0, true, true);
        for (var i = first; i < end; i++)
        {
            var token = tokens[i];
            var value = token.LogProbability ?? throw new EvaluationException(i == 0
                ? "the service gives no log-probability of a text's first token; with the model's own tokenizer (--tokenizer) an end-of-text token is put before it"
                : $"the service gave no log-probability of token {i} (\"{token.Text}\")");
            if (!(value > Impossible && value < Certain))
            {
                throw new EvaluationException(string.Create(CultureInfo.InvariantCulture, $"the service gave token {i} (\"{token.Text}\") the log-probability {value}, which is none"));
            }

            sum += value;
            isKnown &= token.Top.Count > 0;
            isGreedy &= token.Top.Count == 0 || value >= token.Top.Values.Max();
        }

        return new(sum, end - first, isGreedy && !isKnown ? null : isGreedy, first);
    }

    /// <summary>The bytes of the prompt that each token is; null where the tokens do not spell it.</summary>
    private static List<(int Start, int End)>? Spelled(IReadOnlyList<EndpointToken> tokens, string prompt)
    {
        var bytes = Encoding.UTF8.GetBytes(prompt);
        List<(int Start, int End)> ranges = new(tokens.Count);
        var place = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var rest = bytes.AsSpan(place);
            int length;
            if (rest.IsEmpty)
            {
                length = 1;
            }
            else if (Encoding.UTF8.GetBytes(tokens[i].Text) is var plain && rest.StartsWith(plain))
            {
                length = plain.Length;
            }
            else if (Unescaped(tokens[i].Text) is { } escaped && rest.StartsWith(escaped))
            {
                length = escaped.Length;
            }
            else if (i == 0)
            {
                // A token that the service puts before every text.
                length = 0;
            }
            else
            {
                return null;
            }

            ranges.Add((place, place + length));
            place = Math.Min(bytes.Length, place + length);
        }

        return place > 0 ? ranges : null;
    }

    private static byte[]? Unescaped(string token)
    {
        if (!token.StartsWith(EscapedBytes, StringComparison.Ordinal))
        {
            return null;
        }

        var digits = token[EscapedBytes.Length..].Replace(@"\x", "", StringComparison.Ordinal);
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    /// <summary>The code points of the prompt that each token is, as the service says.</summary>
    private static List<(int Start, int End)> ByOffsets(EndpointText answer, string prompt)
    {
        var tokens = answer.Tokens!;
        if (!answer.Text.StartsWith(prompt, StringComparison.Ordinal))
        {
            throw new EvaluationException("the service does not repeat the prompt (echo), so that its log-probabilities are not the prompt's");
        }

        var offsets = tokens.Select(token => token.Offset).OfType<int>().ToList();
        if (offsets.Count == 0 || offsets.Count < tokens.Count || offsets.Zip(offsets.Skip(1)).Any(pair => pair.First > pair.Second))
        {
            throw new EvaluationException("the service's tokens do not spell the prompt, and it does not say where they begin (text_offset)");
        }

        // How long a part of a character is cannot be seen; whether a token is missing then, only the service's count says.
        var isPart = tokens[^1].Text.Contains('\uFFFD', StringComparison.Ordinal) && !(answer.PromptTokens > tokens.Count);
        // A generated end of text is a token without text.
        var whole = PythonText.Length(answer.Text);
        var last = (isPart || offsets[^1] == whole) && offsets[^1] <= whole ? whole : offsets[^1] + PythonText.Length(tokens[^1].Text);
        Rune[] characters = [.. prompt.EnumerateRunes()];
        var shifted = tokens.Index().FirstOrDefault(token => !Fits(token.Item.Text, characters, offsets, token.Index)).Item;
        if (last > whole || shifted is not null)
        {
            throw new EvaluationException($"the service says where its tokens begin (text_offset), but {(shifted is null ? "the last one ends behind the text" : $"\"{shifted.Text}\" is not there")}; "
                + "with the model's own tokenizer (--tokenizer) ids are sent, which need no places");
        }

        return [.. offsets.Select((offset, i) => (offset, i + 1 < offsets.Count ? offsets[i + 1] : last))];
    }

    /// <summary>Whether a token of the prompt stands in it where the service says; a part of a character, and what is generated, cannot be compared.</summary>
    private static bool Fits(string token, Rune[] prompt, List<int> offsets, int place)
    {
        var offset = offsets[place];
        // A beginning of text that takes no place.
        var isBefore = place == 0 && offset == 0 && offsets.Count > 1 && offsets[1] == 0;
        return isBefore || offset >= prompt.Length || token.Contains('\uFFFD', StringComparison.Ordinal) || token.EnumerateRunes().SequenceEqual(prompt.Skip(offset).Take(PythonText.Length(token)));
    }
}
