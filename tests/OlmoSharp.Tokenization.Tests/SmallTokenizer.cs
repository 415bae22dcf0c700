namespace OlmoSharp.Tokenization.Tests;

/// <summary>A tokenizer trained on a few texts of several scripts, for tests that need any tokenizer.</summary>
internal static class SmallTokenizer
{
    public static IReadOnlyList<string> Texts { get; } =
    [
        "Gets the number of elements contained in the collection. The collection doesn't change; it's read-only, and we'll see.",
        "Returns a value that indicates whether the specified object is equal to the current instance, or null if they're not comparable.",
        "Élève où être reçu; Größe, Übermut und Straße; naïve café, e\u0301te\u0301 e\u0301te\u0301.",
        "Привет, как дела? Привет, хорошо. Быстрая коричневая лиса прыгает через ленивую собаку.",
        "東京都は日本の首都です。東京は大きい都市です。한국어 텍스트 한국어 텍스트 안녕하세요 안녕하세요.",
        "😀😀😃 smile 😀abc 𝐀𝐁𝐂 𝐀𝐁𝐂 𐐀𐐁 𐐀𐐁 12345 67890 12345 3.14159",
        "if (x == null)\r\n{\r\n    throw new ArgumentNullException(nameof(x));\r\n}\r\n\r\n\r\n    return x.Value;\n\t\tnext",
        "aaaa aaaaaaaa aaaaaaaaaaaaaaaa abababab bababa bbbbbbbb aabb aaabbb ababab",
    ];

    private static readonly Lazy<byte[]> SavedJson = new(() =>
    {
        using TemporaryFolder folder = new();
        string file = folder.File("tokenizer.json");
        BpeTrainer.Train(Texts, new BpeTrainerOptions { VocabularySize = 600, MinFrequency = 1 }).Save(file);
        return File.ReadAllBytes(file);
    });

    /// <summary>The bytes of its <c>tokenizer.json</c>.</summary>
    public static byte[] Json => SavedJson.Value;

    public static Tokenizer Load(BpeEncoderKind kind = BpeEncoderKind.Cached) => TokenizerJsonReader.Read(Json, "tokenizer.json", kind);
}
