using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OlmoSharp.Evaluation.Tests.Endpoints;

/// <summary>
/// A model that a service of this machine pretends to have: a token is a run of letters with the character before it, and its log-probability minus its length in tenths; the most probable
/// token has a tenth more where the token has an odd length.
/// </summary>
internal sealed record MadeModel
{
    /// <summary>Whether tokens have their places.</summary>
    public bool HasOffsets { get; init; } = true;

    /// <summary>Whether tokens have their texts, not replacement characters.</summary>
    public bool HasTexts { get; init; } = true;

    /// <summary>A token that the service puts before every text, with its length in the places of those that follow, as vLLM has it.</summary>
    public string Beginning { get; init; } = "";

    /// <summary>The fewest tokens that can be generated.</summary>
    public int FewestGenerated { get; init; }

    /// <summary>How many such runs a token is.</summary>
    public int Words { get; init; } = 1;

    /// <summary>Whether the prompt is repeated.</summary>
    public bool Echoes { get; init; } = true;

    /// <summary>The log-probability of a token.</summary>
    public static double LogProbability(string token) => -token.Length / 10.0;

    /// <summary>The tokens of a text.</summary>
    public List<string> Tokens(string text)
    {
        List<string> tokens = [];
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || !(char.IsLetter(text[i]) || char.IsLowSurrogate(text[i])))
            {
                tokens.Add(text[start..i]);
                start = i;
            }
        }

        return [.. tokens.Chunk(Words).Select(parts => string.Concat(parts))];
    }

    /// <summary>The answer to a request of <c>completions</c>.</summary>
    /// <param name="body">The request.</param>
    /// <param name="change">Changes the log-probabilities.</param>
    public MadeService.Reply Answer(string body, Action<JsonObject>? change = null)
    {
        var request = JsonNode.Parse(body)!;
        var (prompt, generated) = (request["prompt"]!.GetValue<string>(), request["max_tokens"]!.GetValue<int>());
        if (generated < FewestGenerated)
        {
            return new(400, """{"error": {"message": "max_tokens is too small", "param": "max_tokens"}}""");
        }

        List<string> tokens = [.. Echoes ? Tokens(prompt) : [], .. Enumerable.Repeat(" and", generated)];
        if (Beginning.Length > 0)
        {
            tokens.Insert(0, Beginning);
        }

        JsonArray texts = [], values = [], top = [], offsets = [];
        var offset = 0;
        foreach (var token in tokens)
        {
            var value = LogProbability(token);
            texts.Add(HasTexts ? token : "\uFFFD");
            values.Add(offset == 0 && Beginning.Length > 0 ? null : value);
            top.Add(offset == 0 && Beginning.Length > 0 ? null : new JsonObject { [token.Length % 2 == 1 ? "other" : token] = token.Length % 2 == 1 ? value + 0.1 : value });
            offsets.Add(offset);
            offset += token.EnumerateRunes().Count();
        }

        var logprobs = new JsonObject { ["tokens"] = texts, ["token_logprobs"] = values, ["top_logprobs"] = top };
        if (HasOffsets)
        {
            logprobs["text_offset"] = offsets;
        }

        change?.Invoke(logprobs);
        var text = (Echoes ? prompt : "") + new StringBuilder().Insert(0, " and", generated);
        return new(200, new JsonObject
        {
            ["choices"] = new JsonArray(new JsonObject { ["text"] = text, ["finish_reason"] = "length", ["logprobs"] = logprobs }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = tokens.Count - generated, ["completion_tokens"] = generated },
        }.ToJsonString(new JsonSerializerOptions()).Replace("\"-Infinity\"", "-Infinity", StringComparison.Ordinal));
    }
}
