using System.Text.Json;

namespace OlmoSharp.Analysis.Parity;

/// <summary>Token sequences of a file <c>{"sequences": [[ids…], …]}</c>.</summary>
public static class TokenSequences
{
    /// <summary>Reads a file and checks every id against a model's vocabulary and every length against its context.</summary>
    /// <param name="path">The file.</param>
    /// <param name="vocabulary">Ids are below this.</param>
    /// <param name="contextLength">Sequences have at most so many ids.</param>
    /// <exception cref="AnalysisException">The file is not of this form; the message names the sequence and the place in it.</exception>
    public static IReadOnlyList<long[]> Read(string path, long vocabulary, int contextLength)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("sequences", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            {
                throw new AnalysisException($"{path}: has no list \"sequences\" with at least one sequence; write {{\"sequences\": [[1, 2, 3]]}}");
            }

            return [.. list.EnumerateArray().Select((sequence, index) => Read(path, index, sequence, vocabulary, contextLength))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new AnalysisException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static long[] Read(string path, int index, JsonElement sequence, long vocabulary, int contextLength)
    {
        if (sequence.ValueKind != JsonValueKind.Array || sequence.GetArrayLength() is 0)
        {
            throw new AnalysisException($"{path}: sequence {index} is not a list of at least one token id");
        }

        if (sequence.GetArrayLength() > contextLength)
        {
            throw new AnalysisException($"{path}: sequence {index} has {sequence.GetArrayLength()} tokens, but the model's context is {contextLength}; shorten it");
        }

        return [.. sequence.EnumerateArray().Select((element, place) =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var id) && id >= 0 && id < vocabulary
                ? id
                : throw new AnalysisException($"{path}: sequence {index}, place {place}: {element.GetRawText()} is not a token id from 0 to {vocabulary - 1}"))];
    }
}
