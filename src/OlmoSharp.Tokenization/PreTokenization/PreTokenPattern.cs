namespace OlmoSharp.Tokenization;

/// <summary>The regular expressions that split text into pre-tokens, over which no token reaches.</summary>
public enum PreTokenPattern
{
    /// <summary>GPT-2 (Radford et al. 2019), also that of GPT-NeoX and the first OLMo.</summary>
    Gpt2,

    /// <summary>GPT-4 (<c>cl100k_base</c> of tiktoken), also that of dolma2, the tokenizer of OLMo 2.</summary>
    Cl100k,

    /// <summary>GPT-4o (<c>o200k_base</c> of tiktoken), which also splits where a word's case changes.</summary>
    O200k,
}
