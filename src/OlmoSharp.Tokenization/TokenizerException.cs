namespace OlmoSharp.Tokenization;

/// <summary>A tokenizer file that cannot be read, written or understood, or a tokenizer that lacks what it is asked for.</summary>
public class TokenizerException : Exception
{
    /// <summary>Creates an error about one place of one file.</summary>
    /// <param name="file">The file at fault, as the caller named it.</param>
    /// <param name="jsonPath">Where in the file, such as <c>$.model.merges[3]</c>; null when the whole file is at fault.</param>
    /// <param name="reason">What is wrong there.</param>
    /// <param name="advice">What the user can do about it.</param>
    /// <param name="innerException">The error that led to this one.</param>
    public TokenizerException(string file, string? jsonPath, string reason, string advice, Exception? innerException = null)
        : base($"{file}: {(jsonPath is null ? "" : jsonPath + ": ")}{reason}. {advice}.", innerException)
    {
        File = file;
        JsonPath = jsonPath;
    }

    /// <summary>Creates an error that no file is to blame for.</summary>
    /// <param name="message">What is wrong and what to do about it.</param>
    /// <param name="innerException">The error that led to this one.</param>
    public TokenizerException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The file at fault; null when the error is not about a file.</summary>
    public string? File { get; }

    /// <summary>The place in the file, such as <c>$.model.merges[3]</c>; null when the whole file is at fault.</summary>
    public string? JsonPath { get; }
}
