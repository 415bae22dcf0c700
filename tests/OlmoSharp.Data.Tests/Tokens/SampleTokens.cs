using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Tokens;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Distributed;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Data.Tests.Tokens;

/// <summary>Documents, a tokenizer and runs of the job in a folder of its own.</summary>
internal sealed class SampleTokens : IDisposable
{
    private static readonly string[] Words = ["the ", "model ", "reads\n", "naïve ", "😀", "日本 ", "\n\n", "a,b\"c ", "\tx", "end. "];

    private static readonly byte[] Json = TrainTokenizer();

    public SampleTokens() => Folder.Write("tokenizer.json", Json);

    public TemporaryFolder Folder { get; } = new();

    public Tokenizer Tokenizer { get; } = Tokenizer.Parse(Json, "tokenizer.json");

    public TokensConfig Config => new()
    {
        Documents = [Folder.At("documents")],
        Destination = Folder.At("out"),
        Tokenizer = new TokenizerConfig { NameOrPath = Folder.At("tokenizer.json") },
        MaxSize = 500,
    };

    public void Dispose() => Folder.Dispose();

    public static string RandomText(Random random, int words) => string.Concat(Enumerable.Range(0, random.Next(words)).Select(_ => Words[random.Next(Words.Length)]));

    /// <summary>Writes random documents, some of them without text, and gives their files.</summary>
    public IReadOnlyList<string> WriteRandom(int seed, int files, int rows, int words = 40)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, files).Select(file => Write(
            $"{file}.jsonl{(file % 3) switch { 0 => ".gz", 1 => ".zst", _ => "" }}",
            [.. Enumerable.Range(0, rows).Select(_ => random.Next(8) == 0 ? " \n" : RandomText(random, words))]))];
    }

    /// <summary>Writes a document file.</summary>
    public string Write(string name, params string[] texts)
    {
        var lines = string.Concat(texts.Select((text, row) => JsonSerializer.Serialize(new { id = $"{name}, \"{row}\"", text, source = "s" }) + "\n"));
        var path = Folder.Write($"documents/{name}", "");
        using (var file = File.Create(path))
        {
            using var stream = CompressedStream.WrapForWriting(file, path);
            stream.Write(Encoding.UTF8.GetBytes(lines));
        }

        return path;
    }

    /// <summary>Reads the documents that have text, without the white space around it.</summary>
    public List<(string Id, string Text, string File, long Line)> Documents() =>
        [.. from file in Directory.EnumerateFiles(Folder.At("documents")).Order(StringComparer.Ordinal)
            from row in DocumentReader.ReadFile(file).Select((document, index) => (document.Id, Text: document.Text.Trim(), File: file, Line: index + 1L))
            where row.Text.Length > 0
            select row];

    public static TokensResult Run(TokensConfig config, IProcessGroup? group = null, bool quarantine = false, Action<long>? progress = null) =>
        new TokensJob(config) { Group = group ?? SingleProcess.Instance, Quarantine = quarantine }.Run(progress, TestContext.Current.CancellationToken);

    /// <summary>Opens the shards, checks their hashes, and reads every document with its tokens.</summary>
    public static List<(ShardDocument Document, int[] Tokens)> Read(string destination)
    {
        using var set = TokenShardSet.Open(destination, new TokenShardSetOptions { VerifyHashes = true });
        return [.. set.DocumentsIn(0, set.TokenCount).Select(document =>
        {
            var tokens = new int[document.End - document.Start];
            document.Shard.Read(document.Start, tokens);
            return (document, tokens);
        })];
    }

    /// <summary>Every file of a folder, with its bytes.</summary>
    public static SortedDictionary<string, string> Files(string destination) => new(
        Directory.EnumerateFiles(destination, "*", SearchOption.AllDirectories).ToDictionary(path => Path.GetRelativePath(destination, path), path => Convert.ToHexString(File.ReadAllBytes(path))),
        StringComparer.Ordinal);

    private static byte[] TrainTokenizer()
    {
        var random = new Random(5);
        using var folder = new TemporaryFolder();
        BpeTrainer.Train(
            [.. Enumerable.Range(0, 200).Select(_ => RandomText(random, 60))],
            new BpeTrainerOptions { VocabularySize = 320, SpecialTokens = ["<|endoftext|>", "<|pad|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"] }).Save(folder.At("tokenizer.json"));
        return File.ReadAllBytes(folder.At("tokenizer.json"));
    }
}
