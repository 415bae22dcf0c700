using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Tokens;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>Encoding as the command does it, on one thread, beside the tokenizer alone: the same texts, in memory, into one list.</summary>
internal static class TokensBenchmark
{
    private static string[]? s_texts;
    private static Tokenizer? s_tokenizer;

    public static void Encode(DataCorpus corpus)
    {
        var tokenizer = Prepare(corpus);
        List<int> tokens = [];
        foreach (var text in s_texts!)
        {
            tokens.Clear();
            tokenizer.Encode(text, tokens);
        }
    }

    public static void Shuffled(DataCorpus corpus) => Run(corpus, shuffle: true);

    public static void InOrder(DataCorpus corpus) => Run(corpus, shuffle: false);

    /// <summary>The tokenizer, and the texts of the corpus; made outside what is measured.</summary>
    public static Tokenizer Prepare(DataCorpus corpus)
    {
        if (s_tokenizer is null)
        {
            s_texts = [.. corpus.Files.SelectMany(file => DocumentReader.ReadFile(file)).Select(document => document.Text)];
            BpeTrainer.Train(s_texts[..(s_texts.Length / (corpus.IsSmoke ? 1 : 4))], new BpeTrainerOptions { VocabularySize = corpus.IsSmoke ? 1024 : 8192 }).Save(corpus.At("tokenizer.json"));
            s_tokenizer = Tokenizer.Load(corpus.At("tokenizer.json"));
        }

        return s_tokenizer;
    }

    private static void Run(DataCorpus corpus, bool shuffle)
    {
        Prepare(corpus);
        var output = corpus.At("tokens");
        new TokensJob(new TokensConfig
        {
            Documents = [corpus.At("documents")],
            Destination = output,
            Tokenizer = new TokenizerConfig { NameOrPath = corpus.At("tokenizer.json") },
            Shuffle = shuffle,
        }).Run();
        Directory.Delete(output, recursive: true);
    }
}
