using System.Text.Json;
using System.Text.Json.Nodes;
using OlmoSharp.Evaluation.Endpoints;
using OlmoSharp.Evaluation.Judging;
using OlmoSharp.Evaluation.Tests.Endpoints;

namespace OlmoSharp.Evaluation.Tests.Judging;

/// <summary>A judge on this machine whose verdicts are a function of what it is shown.</summary>
internal sealed class MadeJudge : IDisposable
{
    private readonly MadeService _service;

    /// <summary>Starts a judge.</summary>
    /// <param name="reply">Gets the user's message; null refuses it.</param>
    /// <param name="refusal">The status of a refusal.</param>
    public MadeJudge(Func<string, string?> reply, int refusal = 400) => _service = new((_, body) =>
    {
        var user = JsonNode.Parse(body)!["messages"]!.AsArray()[^1]!["content"]!.ToString();
        return reply(user) is { } text
            ? new(200, JsonSerializer.Serialize(new { choices = new[] { new { message = new { content = text }, finish_reason = "stop" } } }))
            : new(refusal, "{\"error\": \"no\"}");
    });

    /// <summary>The users' messages that it got.</summary>
    public IReadOnlyList<string> Asked => [.. _service.Requests.Select(request => JsonNode.Parse(request.Body)!["messages"]!.AsArray()[^1]!["content"]!.ToString())];

    /// <summary>Where it is.</summary>
    public Uri Address => _service.Address;

    /// <summary>A judge that sees the instruction and two answers by the library's own prompt.</summary>
    /// <param name="prefer">Gets instruction, first and second answer; A, B, C, or anything else.</param>
    public static MadeJudge Of(Func<string, string, string, string?> prefer) => new(user => prefer(Part(user, "# Instruction", "# Answer A"), Part(user, "# Answer A", "# Answer B"), Part(user, "# Answer B", "# Verdict")) is { } verdict
        ? $"One of them is [[B]], or so. [[{verdict}]]" : null);

    /// <summary>What asks it.</summary>
    public Judge Ask(JudgeOrder order = JudgeOrder.Both, int atOnce = 4) => new(new EndpointOptions { Address = Address, Model = "made", Retries = 0 }, new JudgeSettings { Order = order, AtOnce = atOnce });

    public void Dispose() => _service.Dispose();

    private static string Part(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)].Trim();
    }
}
