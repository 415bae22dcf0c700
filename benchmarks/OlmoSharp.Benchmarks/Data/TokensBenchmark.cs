using System.Text;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Tokens;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Benchmarks.Data;

/// <summary>
/// Encoding as the command does it, on one thread, beside what bounds it: the tokenizer alone, on texts in memory, and the same with the documents read from their files, where nothing is kept.
/// Each run loads the tokenizer anew, so that all fill its cache.
/// </summary>
internal static class TokensBenchmark
{
    private static string[]? _texts;

    public static void Encode(DataCorpus corpus)
    {
        var tokenizer = Tokenizer.Load(TokenizerOf(corpus));
        List<int> tokens = [];
        foreach (var text in _texts!)
        {
            tokens.Clear();
            tokenizer.Encode(text, tokens);
        }
    }

    public static void ReadAndEncode(DataCorpus corpus)
    {
        var tokenizer = Tokenizer.Load(TokenizerOf(corpus));
        List<int> tokens = [];
        var view = new DocumentView();
        var characters = Array.Empty<char>();
        foreach (var file in corpus.Files)
        {
            using var scanner = new DocumentScanner(file);
            while (scanner.Read(view))
            {
                if (characters.Length < view.Text.Length)
                {
                    characters = new char[2 * view.Text.Length];
                }

                tokens.Clear();
                tokenizer.Encode(characters.AsSpan(0, Encoding.UTF8.GetChars(view.Text, characters)), tokens);
            }
        }
    }

    public static void Shuffled(DataCorpus corpus) => Run(corpus, shuffle: true);

    public static void InOrder(DataCorpus corpus) => Run(corpus, shuffle: false);

    /// <summary>A tokenizer trained on a share of the corpus. The first run of a part makes it, and is never the best.</summary>
    private static string TokenizerOf(DataCorpus corpus)
    {
        var path = corpus.At("tokenizer.json");
        if (_texts is null)
        {
            _texts = [.. corpus.Files.SelectMany(file => DocumentReader.ReadFile(file)).Select(document => document.Text)];
            BpeTrainer.Train(_texts[..(_texts.Length / (corpus.IsSmoke ? 1 : 4))], new BpeTrainerOptions { VocabularySize = corpus.IsSmoke ? 1024 : 8192 }).Save(path);
        }

        return path;
    }

    private static void Run(DataCorpus corpus, bool shuffle)
    {
        var output = corpus.At("tokens");
        new TokensJob(new TokensConfig
        {
            Documents = [corpus.At("documents")],
            Destination = output,
            Tokenizer = new TokenizerConfig { NameOrPath = TokenizerOf(corpus) },
            Shuffle = shuffle,
        }).Run();
        Directory.Delete(output, recursive: true);
    }
}
