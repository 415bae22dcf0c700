using System.Text.Json.Serialization;

namespace OlmoSharp.Server.Responses;

/// <summary>The answer of <c>/tokenize</c>.</summary>
/// <param name="Count">How many tokens there are.</param>
/// <param name="MaxModelLen">How many the model takes.</param>
/// <param name="Tokens">Their ids.</param>
/// <param name="TokenStrs">Their texts, where they were asked for.</param>
internal sealed record TokenizeResponse(
    int Count, int MaxModelLen, IReadOnlyList<int> Tokens, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? TokenStrs);
