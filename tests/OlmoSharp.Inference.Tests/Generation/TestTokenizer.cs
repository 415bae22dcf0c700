using OlmoSharp.Tokenization;

namespace OlmoSharp.Inference.Tests.Generation;

/// <summary>A small tokenizer with tokens of several bytes, whole characters and parts of them.</summary>
internal static class TestTokenizer
{
    public static Tokenizer Value { get; } = BpeTrainer.Train(
        ["{\"name\": \"Ann\", \"age\": 30, \"tags\": [\"a\", \"b\"], \"ok\": true, \"none\": null} false\n  Gets the number of elements. 元素元素 😀😀 über"],
        new BpeTrainerOptions { VocabularySize = 330, MinFrequency = 1 });
}
