using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Evaluation.Requests;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>Names requests by what they ask.</summary>
internal static class RequestKey
{
    /// <summary>Hexadecimal digits that are the same for requests of a task that ask the same; each drawn sample of a text counts as asked anew.</summary>
    public static string Of(EvaluationRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(request.Kind.ToString());
        Add(request.Context);
        Add(request.Continuation);
        Add(request.AnswerPrefix);
        foreach (var message in request.Messages ?? [])
        {
            Add(message.Role.ToString());
            Add(message.Text);
        }

        if (request.Tokenized is { } tokenized)
        {
            Add(string.Join(',', tokenized.Ids));
        }

        if (request.Generation is { Temperature: > 0 })
        {
            Add($"{request.DocumentId}/{request.Index}");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 12));

        void Add(string? text)
        {
            // The length before each part keeps "a" + "bc" apart from "ab" + "c".
            hash.AppendData(BitConverter.GetBytes(text?.Length ?? -1));
            hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
        }
    }
}
