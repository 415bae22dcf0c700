using System.IO.Hashing;
using System.Text.Json;
using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;
using static OlmoSharp.Data.Tests.Shards.SampleShards;

namespace OlmoSharp.Data.Tests.Shards;

public class TokenShardWriterTests
{
    [Fact]
    public void Small_vocabulary_is_raw_little_endian_uint16_with_end_of_text_after_each_document()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, "part", [[258, 7], [], [499]]);

        Assert.Equal(["part-00000.csv.gz", "part-00000.npy", "part.shards.json"], folder.Files());
        Assert.Equal([2, 1, 7, 0, 3, 0, 3, 0, 0xF3, 1, 3, 0], File.ReadAllBytes(folder["part-00000.npy"]));
        Assert.Equal("0,3,part/1,part.jsonl.zst,1\n3,4,part/2,part.jsonl.zst,2\n4,6,part/3,part.jsonl.zst,3\n", ReadGzip(folder["part-00000.csv.gz"]));
    }

    [Fact]
    public void Large_vocabulary_is_raw_little_endian_uint32()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, "part", [[65_536, 1]], Large);

        Assert.Equal([0, 0, 1, 0, 1, 0, 0, 0, 0xA1, 0x87, 1, 0], File.ReadAllBytes(folder["part-00000.npy"]));
    }

    [Theory]
    [InlineData(65_536, TokenType.UInt16)]
    [InlineData(65_537, TokenType.UInt32)]
    public void Type_follows_the_vocabulary(int vocabulary, TokenType expected)
    {
        using var folder = new TemporaryFolder();
        var manifest = Write(folder.Path, "part", [[vocabulary - 1]], new TokenizerIdentity(Sha256, vocabulary, 0));

        Assert.Equal(expected, manifest.Dtype);
        using var set = TokenShardSet.Open(folder.Path);
        Assert.Equal([vocabulary - 1, 0], ReadAll(set));
    }

    [Fact]
    public void Side_car_says_what_the_shards_are()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, "part", [[10, 11], [12], [13, 14, 15]], maxTokens: 5);

        using var json = JsonDocument.Parse(File.ReadAllBytes(folder["part.shards.json"]));
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("format_version").GetInt32());
        Assert.Equal("uint16", root.GetProperty("dtype").GetString());
        Assert.Equal(Sha256, root.GetProperty("tokenizer").GetProperty("sha256").GetString());
        Assert.Equal(500, root.GetProperty("tokenizer").GetProperty("vocabulary_size").GetInt32());
        Assert.Equal(3, root.GetProperty("tokenizer").GetProperty("end_of_text_id").GetInt32());
        (string File, long Tokens, long Documents, long Bytes)[] expected = [("part-00000.npy", 5, 2, 9), ("part-00001.npy", 4, 1, 9)];
        Assert.Equal(expected, root.GetProperty("shards").EnumerateArray().Select(shard => (
            shard.GetProperty("file").GetString()!,
            shard.GetProperty("token_count").GetInt64(),
            shard.GetProperty("document_count").GetInt64(),
            shard.GetProperty("utf8_byte_count").GetInt64())));
        foreach (var shard in root.GetProperty("shards").EnumerateArray())
        {
            string tokens = folder[shard.GetProperty("file").GetString()!];
            Assert.Equal(Canonical(tokens), shard.GetProperty("tokens_xxh128").GetString());
            Assert.Equal(Canonical(tokens.Replace(".npy", ".csv.gz", StringComparison.Ordinal)), shard.GetProperty("documents_xxh128").GetString());
        }

        // The canonical form of xxHash is the 128-bit number in big-endian hexadecimal.
        static string Canonical(string path) => XxHash128.HashToUInt128(File.ReadAllBytes(path)).ToString("x32", null);
    }

    [Fact]
    public void Offsets_name_the_tokens_of_each_document_in_its_own_file()
    {
        Gen.Select(SampleShards.Documents, Gen.Int[1, 60]).Sample(
            (documents, maxTokens) =>
            {
                using var folder = new TemporaryFolder();
                var manifest = Write(folder.Path, "part", documents, maxTokens: maxTokens);
                int next = 0;
                foreach (var shard in manifest.Shards)
                {
                    byte[] bytes = File.ReadAllBytes(folder[shard.File]);
                    string[] rows = ReadGzip(folder[shard.File.Replace(".npy", ".csv.gz", StringComparison.Ordinal)]).TrimEnd('\n').Split('\n');
                    foreach (string[] row in rows.Select(row => row.Split(',')))
                    {
                        int[] tokens = [.. Enumerable.Range(int.Parse(row[0]), int.Parse(row[1]) - int.Parse(row[0])).Select(i => (int)BitConverter.ToUInt16(bytes, i * 2))];
                        Assert.Equal([.. documents[next], EndOfText], tokens);
                        Assert.Equal($"{next + 1}", row[4]);
                        next++;
                    }

                    Assert.True(shard.TokenCount <= maxTokens || rows.Length == 1, "only a document longer than a shard may pass the limit, alone");
                }

                Assert.Equal(documents.Length, next);
            },
            iter: 60);
    }

    [Fact]
    public void Document_longer_than_a_shard_gets_its_own()
    {
        using var folder = new TemporaryFolder();
        int[] longDocument = [.. Enumerable.Range(4, 100)];
        var manifest = Write(folder.Path, "part", [[10], longDocument, [11], [12]], maxTokens: 6);

        Assert.Equal([2L, 101, 4], manifest.Shards.Select(shard => shard.TokenCount));
        using var set = TokenShardSet.Open(folder.Path);
        Assert.Equal(Stream([[10], longDocument, [11], [12]]), ReadAll(set));
    }

    [Fact]
    public void Same_documents_give_the_same_bytes()
    {
        using var first = new TemporaryFolder();
        using var second = new TemporaryFolder();
        int[][] documents = SampleShards.Documents.Single();
        Write(first.Path, "part", documents, maxTokens: 50);
        Write(second.Path, "part", documents, maxTokens: 50);

        Assert.Equal(first.Files(), second.Files());
        Assert.All(first.Files(), file => Assert.Equal(File.ReadAllBytes(first[file]), File.ReadAllBytes(second[file])));
    }

    [Fact]
    public void Names_with_commas_and_quotes_survive()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TokenShardWriter(folder.Path, "part", Small))
        {
            writer.Write("a,\"b\"", "folder, one/\"text\" — é.jsonl", 12, [5], 1);
            writer.Complete();
        }

        Assert.Equal("0,2,\"a,\"\"b\"\"\",\"folder, one/\"\"text\"\" — é.jsonl\",12\n", ReadGzip(folder["part-00000.csv.gz"]));
        using var set = TokenShardSet.Open(folder.Path);
        var document = Assert.Single(set.DocumentsIn(0, 2));
        Assert.Equal(("a,\"b\"", "folder, one/\"text\" — é.jsonl", 12), (document.Id, document.SourceFile, document.Line));
    }

    [Fact]
    public void No_document_makes_an_empty_set()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, "part", []);

        Assert.Equal(["part.shards.json"], folder.Files());
        using var set = TokenShardSet.Open(folder.Path);
        Assert.Equal((0, 0L), (set.TokenCount, set.DocumentCount));
    }

    [Fact]
    public void Nothing_has_its_final_name_before_completion_and_nothing_stays_without_it()
    {
        using var folder = new TemporaryFolder();
        using (var writer = new TokenShardWriter(folder.Path, "part", Small, maxTokensPerShard: 3))
        {
            writer.Write("1", "f", 1, [10, 11], 1);
            writer.Write("2", "f", 2, [10, 11], 1);
            Assert.All(folder.Files(), file => Assert.EndsWith(".tmp", file, StringComparison.Ordinal));
            Assert.NotEmpty(folder.Files());
        }

        Assert.Empty(folder.Files());
    }

    [Fact]
    public void Leftovers_of_a_killed_run_are_cleared_and_finished_shards_are_never_overwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["part-00007.npy.tmp"], "x");
        File.WriteAllText(folder["part-00007.csv.gz.tmp"], "x");
        File.WriteAllText(folder["partial-00007.npy.tmp"], "another set's");
        Write(folder.Path, "part", [[10]]);
        Assert.Equal(["part-00000.csv.gz", "part-00000.npy", "part.shards.json", "partial-00007.npy.tmp"], folder.Files());

        byte[] before = File.ReadAllBytes(folder["part-00000.npy"]);
        Refused(() => Write(folder.Path, "part", [[11]]), "part-00000", "exist already");
        Assert.Equal(before, File.ReadAllBytes(folder["part-00000.npy"]));
    }

    [Fact]
    public void Ids_that_cannot_be_right_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var writer = new TokenShardWriter(folder.Path, "part", Small);

        Refused(() => writer.Write("d", "f.jsonl", 9, [10, 500], 1), "f.jsonl:9", "token 1", "500");
        Refused(() => writer.Write("d", "f.jsonl", 9, [-1], 1), "f.jsonl:9", "-1");
        Refused(() => writer.Write("d", "f.jsonl", 9, [10, EndOfText, 11], 1), "f.jsonl:9", "token 1", "end-of-text");
        Refused(() => writer.Write("a\nb", "f.jsonl", 9, [10], 1), "f.jsonl:9", "line break");
        writer.Write("d", "f.jsonl", 10, [10], 1);
        Assert.Equal(2, writer.Complete().TokenCount);
    }

    [Fact]
    public void Folder_that_is_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["taken"], "");
        Refused(() => _ = new TokenShardWriter(folder["taken"], "part", Small), folder["taken"], "cannot write");
    }

    [Fact]
    public void Full_disk_is_one_clear_error_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full");
        using var folder = new TemporaryFolder();
        using (var writer = new TokenShardWriter(folder.Path, "part", Small, maxTokensPerShard: 10))
        {
            writer.Write("1", "f", 1, [10, 11, 12, 13, 14, 15, 16], 1);
            File.CreateSymbolicLink(folder["part-00001.npy.tmp"], "/dev/full");
            writer.Write("2", "f", 2, [10, 11, 12], 1);
            Refused(() => writer.Complete(), folder.Path, "cannot write", "No space left");
        }

        Assert.Empty(folder.Files());
    }
}
