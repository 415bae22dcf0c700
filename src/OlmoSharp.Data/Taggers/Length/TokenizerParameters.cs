namespace OlmoSharp.Data.Taggers.Length;

/// <summary>The parameters of the taggers that count tokens.</summary>
public sealed record TokenizerParameters
{
    /// <summary>The tokenizer: <c>tokenizer.json</c>, or a folder that holds one.</summary>
    [TaggerFile]
    public required string Tokenizer { get; init; }
}
