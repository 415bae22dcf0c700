using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Xunit;

namespace OlmoSharp.Tokenization.Tests;

public sealed class BpeTrainerTests
{
    private static readonly Gen<string[]> SmallCorpus = Gen.OneOf(
        Gen.String[Gen.Char["ab "], 0, 30].Array[1, 8],
        Gen.String[Gen.Char["abcd'1\n é"], 0, 40].Array[1, 12],
        RandomText.Any.Array[1, 3]);

    [Fact]
    public void Learns_the_merges_that_counting_all_pairs_anew_at_each_step_gives() =>
        Gen.Select(SmallCorpus, Gen.Int[0, 60], Gen.Int[1, 4]).Sample((texts, merges, minFrequency) =>
        {
            Tokenizer tokenizer = BpeTrainer.Train(texts, new BpeTrainerOptions
            {
                VocabularySize = 256 + 2 + merges,
                SpecialTokens = ["<|endoftext|>", "<|pad|>"],
                MinFrequency = minFrequency,
                Threads = 2,
            });
            List<(byte[] Left, byte[] Right)> expected = LearnSlowly(texts, merges, minFrequency);
            Assert.Equal(258 + expected.Count, tokenizer.VocabularySize);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal([.. expected[i].Left, .. expected[i].Right], tokenizer.TokenBytes(256 + i).ToArray());
            }
            JsonArray written = Parse(tokenizer)["model"]!["merges"]!.AsArray();
            Assert.Equal(
                expected.Select(pair => $"{ByteCharacters.ToCharacters(pair.Left)} {ByteCharacters.ToCharacters(pair.Right)}"),
                written.Select(merge => merge!.GetValue<string>()));
        }, iter: 500);

    [Fact]
    public void The_result_depends_neither_on_threads_nor_on_the_order_of_the_texts()
    {
        string[] texts = [.. Enumerable.Range(0, 2_000).Select(i => $"{SmallTokenizer.Texts[i % SmallTokenizer.Texts.Count]} {i * 7919 % 1000} item{i % 37}")];
        string expected = Train(texts, threads: 1);
        Assert.Equal(expected, Train(texts, threads: 2));
        Assert.Equal(expected, Train(texts, threads: 5));
        Gen.Shuffle(texts).Sample(shuffled => Assert.Equal(expected, Train(shuffled, threads: 3)), iter: 5);

        static string Train(string[] texts, int threads) =>
            BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = 600, Threads = threads }).Sha256;
    }

    [Fact]
    public void Bytes_come_first_and_special_tokens_last()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["ab ab ab"], new BpeTrainerOptions { SpecialTokens = ["<|pad|>", "<|endoftext|>"] });
        Assert.Equal(256 + 2 + 2, tokenizer.VocabularySize); // "ab", " ab"
        Assert.All(Enumerable.Range(0, 256), value => Assert.Equal([(byte)value], tokenizer.TokenBytes(value).ToArray()));
        Assert.Equal(258, tokenizer.PaddingId);
        Assert.Equal(259, tokenizer.EndOfTextId);
        Assert.Equal("<|endoftext|>"u8.ToArray(), tokenizer.TokenBytes(259).ToArray());
    }

    [Fact]
    public void Of_equally_frequent_pairs_the_one_with_the_least_ids_is_merged_first()
    {
        Tokenizer tokenizer = BpeTrainer.Train(["cd", "cd", "ce", "ce", "ab", "ab"], new BpeTrainerOptions { VocabularySize = 256 + 3, SpecialTokens = [] });
        Assert.Equal(["ab", "cd", "ce"], Enumerable.Range(256, 3).Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void No_text_trains_a_tokenizer_of_bytes()
    {
        Tokenizer tokenizer = BpeTrainer.Train([], new BpeTrainerOptions());
        Assert.Equal(262, tokenizer.VocabularySize);
        Assert.Equal("né", tokenizer.Decode(tokenizer.Encode("né")));
        Assert.Equal([110, 0xC3, 0xA9], tokenizer.Encode("né"));
    }

    [Fact]
    public void Progress_ends_with_all_that_was_done()
    {
        List<BpeTrainingProgress> reports = [];
        Tokenizer tokenizer = BpeTrainer.Train(SmallTokenizer.Texts, new BpeTrainerOptions { VocabularySize = 300 }, new Collector(reports));
        Assert.Equal(new BpeTrainingProgress(8, SmallTokenizer.Texts.Sum(text => text.Length), 300 - 262, 300 - 262), reports[^1]);
        Assert.Equal(300, tokenizer.VocabularySize);
    }

    [Theory]
    [InlineData(261, "vocabulary of 261")]
    [InlineData(-5, "vocabulary of -5")]
    public void A_vocabulary_without_room_is_refused(int size, string complaint) => AssertRefused(new BpeTrainerOptions { VocabularySize = size }, complaint);

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        AssertRefused(new BpeTrainerOptions { MinFrequency = 0 }, "least frequency 0");
        AssertRefused(new BpeTrainerOptions { Threads = 0 }, "threads 0");
        AssertRefused(new BpeTrainerOptions { SpecialTokens = ["<|a|>", "<|a|>"] }, "given twice");
        AssertRefused(new BpeTrainerOptions { SpecialTokens = ["pad"] }, "\"pad\" could also be learned");
        AssertRefused(new BpeTrainerOptions { SpecialTokens = [""] }, "\"\" could also be learned");
    }

    [Fact]
    public void Cancelling_stops_the_training()
    {
        using CancellationTokenSource source = new();
        Assert.ThrowsAny<OperationCanceledException>(() => BpeTrainer.Train(Endless(), new BpeTrainerOptions(), null, source.Token));

        IEnumerable<string> Endless()
        {
            for (int i = 0; ; i++)
            {
                if (i == 100_000)
                {
                    source.Cancel();
                }
                yield return "some text";
            }
        }
    }

    [Fact]
    public void An_error_in_reading_the_texts_reaches_the_caller_as_it_is()
    {
        Assert.Equal("line 3", Assert.Throws<InvalidDataException>(() => BpeTrainer.Train(Broken(), new BpeTrainerOptions { Threads = 3 })).Message);

        static IEnumerable<string> Broken()
        {
            yield return new string('a', 1 << 20);
            yield return "b";
            throw new InvalidDataException("line 3");
        }
    }

    private static void AssertRefused(BpeTrainerOptions options, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<TokenizerException>(() => BpeTrainer.Train(["text"], options)).Message, StringComparison.Ordinal);

    private static JsonNode Parse(Tokenizer tokenizer)
    {
        using TemporaryFolder folder = new();
        tokenizer.Save(folder.File("tokenizer.json"));
        return JsonNode.Parse(File.ReadAllBytes(folder.File("tokenizer.json")))!;
    }

    /// <summary>The definition: at each step counts every pair of every occurrence of every pre-token anew.</summary>
    private static List<(byte[] Left, byte[] Right)> LearnSlowly(string[] texts, int merges, int minFrequency)
    {
        List<byte[]> tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value })];
        List<List<int>> preTokens = [];
        foreach (string text in texts)
        {
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = PreTokenScanner.End(PreTokenPattern.Cl100k, text, start);
                preTokens.Add([.. Encoding.UTF8.GetBytes(text[start..end]).Select(value => (int)value)]);
            }
        }
        List<(byte[], byte[])> learned = [];
        while (learned.Count < merges)
        {
            var best = preTokens.SelectMany(preToken => preToken.Zip(preToken.Skip(1)))
                .GroupBy(pair => pair)
                .Where(group => group.Count() >= minFrequency)
                .OrderByDescending(group => group.Count()).ThenBy(group => group.Key.First).ThenBy(group => group.Key.Second)
                .FirstOrDefault();
            if (best is null)
            {
                break;
            }
            (int left, int right) = best.Key;
            learned.Add((tokens[left], tokens[right]));
            tokens.Add([.. tokens[left], .. tokens[right]]);
            foreach (List<int> preToken in preTokens)
            {
                for (int i = 0; i + 1 < preToken.Count; i++)
                {
                    if (preToken[i] == left && preToken[i + 1] == right)
                    {
                        preToken[i] = tokens.Count - 1;
                        preToken.RemoveAt(i + 1);
                    }
                }
            }
        }
        return learned;
    }

    private sealed class Collector(List<BpeTrainingProgress> reports) : IProgress<BpeTrainingProgress>
    {
        public void Report(BpeTrainingProgress value) => reports.Add(value);
    }
}
