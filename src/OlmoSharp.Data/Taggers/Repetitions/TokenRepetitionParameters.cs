namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>The parameters of the taggers that look for repeated tokens.</summary>
public sealed record TokenRepetitionParameters
{
    /// <summary>The tokenizer: <c>tokenizer.json</c>, or a folder that holds one. None: words between white space stand for tokens.</summary>
    [TaggerFile]
    public string? Tokenizer { get; init; }
}
