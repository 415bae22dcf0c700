namespace OlmoSharp.Tokenization;

/// <summary>The implementations of byte-level BPE encoding. All give the same ids; they differ in speed.</summary>
public enum BpeEncoderKind
{
    /// <summary>Ours, with a cache of pre-tokens: the default, because it is several times faster than the others.</summary>
    Cached,

    /// <summary>The BPE of Microsoft.ML.Tokenizers, fed with our pre-tokens.</summary>
    Microsoft,

    /// <summary>Ours without anything done for speed: the one to read, and to hold the others against.</summary>
    Reference,
}
