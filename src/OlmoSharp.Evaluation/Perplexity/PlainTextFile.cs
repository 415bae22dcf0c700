using System.Text;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Evaluation.Perplexity;

/// <summary>A file that is one text.</summary>
internal static class PlainTextFile
{
    /// <summary>Reads the text as it stands; only a byte order mark is left out.</summary>
    /// <exception cref="EvaluationException">The file cannot be read, or is not valid UTF-8.</exception>
    public static byte[] Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: cannot be read: {error.Message}", error);
        }

        bytes = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        return Utf8Place.FindInvalidByte(bytes) is var invalid and >= 0
            ? throw new EvaluationException($"{path}: invalid UTF-8 at byte {invalid}; save the file as UTF-8")
            : bytes;
    }
}
