using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Tokens.Config;

/// <summary>The section <c>tokenizer</c>.</summary>
public sealed record TokenizerConfig : IValidatableObject
{
    /// <summary>A <c>tokenizer.json</c>, or a folder that holds one.</summary>
    [MinLength(1)]
    public required string NameOrPath { get; init; }

    /// <summary>The id that begins every document; none: nothing does.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The id that ends every document; none: the tokenizer's end of text.</summary>
    public int? EosTokenId { get; init; }

    /// <summary>The id that fills batches. It is in no shard, and only checked.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Whether each paragraph, with the line breaks before it, is encoded by itself.</summary>
    public bool SegmentBeforeTokenization { get; init; }

    /// <summary>
    /// Whether the strings of special tokens in a text are encoded as text (so the tokenizers library calls it); false: they become those tokens.
    /// If nothing is said they are text, unlike with Dolma, because a document must not be able to end itself.
    /// </summary>
    public bool EncodeSpecialTokens { get; init; } = true;

    /// <summary>How often Dolma loads the tokenizer anew; not needed, so it decides nothing.</summary>
    public int Refresh { get; init; }

    /// <summary>Whether Dolma uses the tokenizer written in Rust; there is one here, so it decides nothing.</summary>
    public bool Fast { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BosTokenId is not null && EosTokenId is null)
        {
            yield return new("is needed where bos_token_id is given: readers find the documents of a shard by the id that ends them", [nameof(EosTokenId)]);
        }
    }
}
