using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;
using static OlmoSharp.Data.Tests.Shards.SampleShards;

namespace OlmoSharp.Data.Tests.Shards;

public class TokenShardSetTests
{
    [Fact]
    public void Any_range_reads_as_the_concatenated_documents()
    {
        Gen.Select(SampleShards.Documents, Gen.Int[1, 60], Gen.Double[0, 1], Gen.Double[0, 1]).Sample(
            (documents, maxTokens, from, part) =>
            {
                using var folder = new TemporaryFolder();
                Write(folder.Path, "part", documents, maxTokens: maxTokens);
                using var set = TokenShardSet.Open(folder.Path, new TokenShardSetOptions { VerifyHashes = true });
                int[] stream = Stream(documents);
                Assert.Equal(stream.Length, set.TokenCount);
                Assert.Equal(stream, ReadAll(set));

                int start = (int)(from * stream.Length);
                int length = (int)(part * (stream.Length - start));
                int[] read = new int[length];
                set.Read(start, read);
                Assert.Equal(stream[start..(start + length)], read);
            },
            iter: 60);
    }

    [Fact]
    public void Documents_of_a_range_are_those_that_share_a_token_with_it()
    {
        Gen.Select(Gen.Int[4, 499].Array[0, 6].Array[1, 8], Gen.Int[1, 20]).Sample(
            (documents, maxTokens) =>
            {
                using var folder = new TemporaryFolder();
                Write(folder.Path, "part", documents, maxTokens: maxTokens);
                using var set = TokenShardSet.Open(folder.Path);
                var all = new List<(string Id, long Line, long Start, long End)>();
                foreach (int[] document in documents)
                {
                    long start = all.Count == 0 ? 0 : all[^1].End;
                    all.Add(($"part/{all.Count + 1}", all.Count + 1, start, start + document.Length + 1));
                }

                for (long start = 0; start <= set.TokenCount; start++)
                {
                    for (long end = start; end <= set.TokenCount; end++)
                    {
                        Assert.Equal(
                            all.Where(document => Math.Max(document.Start, start) < Math.Min(document.End, end)),
                            set.DocumentsIn(start, end).Select(document =>
                                (document.Id, document.Line, document.Shard.Offset + document.Start, document.Shard.Offset + document.End)));
                    }
                }
            },
            iter: 30);
    }

    [Fact]
    public void Counts_come_from_the_side_cars()
    {
        using var folder = new TemporaryFolder();
        Write(folder["one"], "part", [[10, 11], [12]], maxTokens: 3);
        Write(folder["two"], "part", [[13]]);
        using var set = TokenShardSet.Open(folder.Path);

        Assert.Equal((7, 3L, 12L), (set.TokenCount, set.DocumentCount, set.Utf8ByteCount));
        Assert.Equal(Small, set.Tokenizer);
    }

    [Fact]
    public void Paths_are_folders_files_side_cars_and_patterns_in_the_order_given()
    {
        using var folder = new TemporaryFolder();
        Write(folder["b/deep"], "part", [[10], [11]], maxTokens: 2);
        Write(folder["a"], "part", [[12]]);
        Write(folder["a"], "other", [[13]]);

        Assert.Equal([13, 12, 10, 11], Read(folder.Path));
        Assert.Equal([10, 11, 13, 12], Read(folder["b"], folder["a"]));
        Assert.Equal([11, 12], Read(folder["b/deep/part-00001.npy"], folder["a/part.shards.json"]));
        Assert.Equal([12, 10, 11], Read(folder["**/part-*.npy"]));
        Assert.Equal([13, 12], Read(folder["a/*.npy"]));
        Assert.Equal([10, 11], Read(folder["*/deep/part*"]));

        static int[] Read(params string[] paths)
        {
            using var set = TokenShardSet.Open(paths);
            return [.. ReadAll(set).Where(token => token != EndOfText)];
        }
    }

    [Fact]
    public void Paths_that_lead_nowhere_or_twice_are_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder["a"], "part", [[10]]);
        Directory.CreateDirectory(folder["empty"]);

        Refused(() => TokenShardSet.Open(folder["missing"]), folder["missing"], "no such file or folder");
        Refused(() => TokenShardSet.Open(folder["empty"]), folder["empty"], "no token shards");
        Refused(() => TokenShardSet.Open(folder["a/x*.npy"]), folder["a/x*.npy"], "no token shards");
        Refused(() => TokenShardSet.Open(folder["missing/*.npy"]), "no token shards");
        Refused(() => TokenShardSet.Open([folder["a"], folder["a/part-00000.npy"]]), "part-00000.npy", "named twice");
    }

    [Fact]
    public void Ranges_outside_the_stream_are_refused()
    {
        using var folder = new TemporaryFolder();
        Write(folder.Path, "part", [[10, 11, 12]]);
        using var set = TokenShardSet.Open(folder.Path);

        Assert.Throws<ArgumentOutOfRangeException>(() => set.Read(-1, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Read(3, new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.DocumentsIn(0, 5));
        set.Read(4, []);
        set.Dispose();
        Assert.Throws<ObjectDisposedException>(() => set.Read(0, new int[1]));
    }

    [Fact]
    public void Dolma_shards_open_without_a_side_car_when_the_type_is_said()
    {
        using var folder = new TemporaryFolder();
        using (var file = new BinaryWriter(File.Create(folder["part-0-00000.npy"])))
        {
            uint[] tokens = [100_000, 7, 100_257, 9, 100_257];
            Array.ForEach(tokens, file.Write);
        }

        WriteGzip(folder["part-0-00000.csv.gz"], "0,3,\"id, with comma\",s3/a.jsonl.gz,4\r\n3,5,x,s3/a.jsonl.gz,9\r\n");
        Refused(() => TokenShardSet.Open(folder.Path), "part-0-00000.npy", "no side-car", "uint16 or uint32");

        using var set = TokenShardSet.Open(folder.Path, new TokenShardSetOptions { TypeWithoutSideCar = TokenType.UInt32 });
        Assert.Equal([100_000, 7, 100_257, 9, 100_257], ReadAll(set));
        Assert.Null(set.Tokenizer);
        Assert.Null(set.Utf8ByteCount);
        Assert.Equal(
            [("id, with comma", "s3/a.jsonl.gz", 4L, 0L, 3L), ("x", "s3/a.jsonl.gz", 9, 3, 5)],
            set.DocumentsIn(2, 4).Select(document => (document.Id, document.SourceFile, document.Line, document.Start, document.End)));
    }

    [Fact]
    public void Offsets_of_two_columns_as_OLMo_core_makes_them_are_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["tokens.npy"], [1, 0, 2, 0, 3, 0]);
        WriteGzip(folder["tokens.csv.gz"], "0,2\n2,3\n");
        using var set = TokenShardSet.Open(folder["tokens.npy"], new TokenShardSetOptions { TypeWithoutSideCar = TokenType.UInt16 });

        Assert.Equal([(0L, 2L, ""), (2, 3, "")], set.DocumentsIn(0, 3).Select(document => (document.Start, document.End, document.Id)));
    }

    [Fact]
    public void Files_of_another_form_are_refused_when_the_type_is_said()
    {
        using var folder = new TemporaryFolder();
        var options = new TokenShardSetOptions { TypeWithoutSideCar = TokenType.UInt32 };
        File.WriteAllBytes(folder["saved.npy"], [0x93, .. "NUMPY"u8, 1, 0, 0, 0, 0, 0]);
        File.WriteAllBytes(folder["odd.npy"], new byte[6]);
        File.WriteAllBytes(folder["alone.npy"], new byte[8]);

        Refused(() => TokenShardSet.Open(folder["saved.npy"], options), "saved.npy", "numpy header");
        Refused(() => TokenShardSet.Open(folder["odd.npy"], options), "odd.npy", "6 bytes");
        Refused(() => TokenShardSet.Open(folder["alone.npy"], options with { VerifyHashes = true }), "alone.npy", "no side-car");
        using var set = TokenShardSet.Open(folder["alone.npy"], options);
        Refused(() => set.DocumentsIn(0, 1), "alone.csv.gz", "missing");
    }

    [Fact]
    public void Many_threads_read_the_same_tokens()
    {
        using var folder = new TemporaryFolder();
        int[][] documents = [.. Enumerable.Range(0, 300).Select(i => Enumerable.Range(4, 1 + (i % 90)).ToArray())];
        Write(folder.Path, "part", documents, maxTokens: 400);
        using var set = TokenShardSet.Open(folder.Path);
        int[] stream = Stream(documents);

        Parallel.For(0, 200, i =>
        {
            int[] tokens = new int[50];
            int start = i * 60;
            set.Read(start, tokens);
            Assert.Equal(stream[start..(start + 50)], tokens);
            Assert.NotEmpty(set.DocumentsIn(start, start + 50));
        });
    }
}
