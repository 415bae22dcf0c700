namespace OlmoSharp.Data.Taggers.Repetitions;

/// <summary>The taggers that find what stands several times in a row.</summary>
internal static class RepetitionTaggers
{
    private static readonly TaggerThreshold OlmoeRepeats = new("doc_max_score_repetition", ">= 32", "OLMoE and OLMo 2 pretraining data (32 or more repeats of 1 to 13 tokens)");
    private static readonly TaggerThreshold DolmaRepeats = new("doc_max_score_repetition", ">= 100", "Dolma 1.6");

    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("repetitions_v1", @"groups of characters that stand four times or more in a row, (.+?)(\s?\1){3,}", () => new CharacterRepetitionTagger(inParagraphs: false)) with { Thresholds = [DolmaRepeats] },
        TaggerDescription.Of("paragraph_repetitions_v1", "as repetitions_v1, in each paragraph by itself", () => new CharacterRepetitionTagger(inParagraphs: true)),
        Tokens("tokenizer_repetitions_v1", "sequences of 1 to 13 tokens that stand three times or more in a row", TokenRepetitionVersion.Whole),
        Tokens("paragraph_tokenizer_repetitions_v1", "as tokenizer_repetitions_v1, in each paragraph by itself", TokenRepetitionVersion.Paragraphs),
        Tokens("tokenizer_repetitions_v2r2", "as tokenizer_repetitions_v1, without repetitions inside others, and nothing of documents without any", TokenRepetitionVersion.Parts),
    ];

    private static TaggerDescription Tokens(string name, string summary, TokenRepetitionVersion version) =>
        TaggerDescription.Of<TokenRepetitionParameters>(name, $"{summary}; without a tokenizer words stand for tokens", parameters =>
        {
            var tokenizer = parameters.Tokenizer is { } path ? TaggerTokenizer.Load(path) : null;
            return () => new TokenRepetitionTagger(tokenizer, version);
        }) with
        { Thresholds = [OlmoeRepeats] };
}
