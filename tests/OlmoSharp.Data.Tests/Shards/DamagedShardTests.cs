using CsCheck;
using OlmoSharp.Data.Shards;
using Xunit;
using static OlmoSharp.Data.Tests.Shards.SampleShards;

namespace OlmoSharp.Data.Tests.Shards;

public sealed class DamagedShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DamagedShardTests() => Write(_folder.Path, "part", [[10, 11, 12], [13], [14, 15], [16, 17, 18, 19]], maxTokens: 8);

    private string Tokens => _folder["part-00001.npy"];

    private string Offsets => _folder["part-00001.csv.gz"];

    private string SideCar => _folder["part.shards.json"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Truncated_shard()
    {
        File.WriteAllBytes(Tokens, File.ReadAllBytes(Tokens)[..^2]);
        Refused(Open, Tokens, "14 bytes", "16", "truncated");
    }

    [Fact]
    public void Grown_shard()
    {
        File.AppendAllText(Tokens, "x");
        Refused(Open, Tokens, "17 bytes", "16");
    }

    [Fact]
    public void Missing_shard()
    {
        File.Delete(Tokens);
        Refused(Open, Tokens, "missing", SideCar);
    }

    [Fact]
    public void Missing_offsets()
    {
        File.Delete(Offsets);
        Refused(Open, Offsets, "missing");
    }

    [Fact]
    public void Missing_side_car()
    {
        File.Delete(SideCar);
        Refused(Open, "part-00000.npy", "part.shards.json", "interrupted");
    }

    [Fact]
    public void Shard_that_the_side_car_does_not_list()
    {
        File.Copy(Tokens, _folder["part-00002.npy"]);
        Refused(Open, "part-00002.npy", "not listed", SideCar);
    }

    [Theory]
    [InlineData("\"uint16\"", "\"uint32\"", "part-00000.npy", "truncated")]
    [InlineData("\"uint16\"", "\"int16\"", "part.shards.json", "dtype")]
    [InlineData("\"uint16\"", "\"uint16\", \"colour\": 1", "part.shards.json", "colour")]
    [InlineData("\"dtype\": \"uint16\",", "", "part.shards.json", "dtype")]
    [InlineData("\"vocabulary_size\": 500", "\"vocabulary_size\": 70000", "part.shards.json", "uint16")]
    [InlineData("\"end_of_text_id\": 3", "\"end_of_text_id\": 500", "part.shards.json", "500")]
    [InlineData("\"token_count\": 8", "\"token_count\": 9", "part-00001.npy", "18")]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "part.shards.json", "version 2")]
    [InlineData("aaaa\"", "aaa\"", "part.shards.json", "SHA-256")]
    [InlineData("part-00001.npy", "../part-00001.npy", "part.shards.json", "plain name")]
    public void Side_car_that_disagrees(string from, string to, string file, string reason)
    {
        string text = File.ReadAllText(SideCar);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(SideCar, text.Replace(from, to, StringComparison.Ordinal));
        Refused(Open, file, reason);
    }

    [Fact]
    public void Side_car_cut_short()
    {
        File.WriteAllText(SideCar, File.ReadAllText(SideCar)[..50]);
        Refused(Open, SideCar, "cannot read");
    }

    [Fact]
    public void Wrong_tokenizer()
    {
        string other = new('b', 64);
        Refused(() => TokenShardSet.Open(_folder.Path, new TokenShardSetOptions { TokenizerSha256 = other }), "part-00000.npy", other, Sha256);

        Write(_folder["other"], "part", [[10]], Small with { Sha256 = other });
        Refused(Open, other, Sha256, "share one tokenizer");
    }

    [Fact]
    public void Any_flipped_bit_is_found_by_verification()
    {
        string[] files = [.. _folder.Files().Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).Select(file => _folder[file])];
        Gen.Select(Gen.OneOf(files), Gen.Double[0, 1], Gen.Int[0, 7]).Sample(
            (file, place, bit) =>
            {
                byte[] whole = File.ReadAllBytes(file);
                byte[] damaged = [.. whole];
                damaged[(int)(place * (whole.Length - 1))] ^= (byte)(1 << bit);
                File.WriteAllBytes(file, damaged);
                Refused(() => TokenShardSet.Open(_folder.Path, new TokenShardSetOptions { VerifyHashes = true }), file, "corrupted");
                File.WriteAllBytes(file, whole);
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void Id_outside_the_vocabulary_is_found_by_reading()
    {
        byte[] bytes = File.ReadAllBytes(Tokens);
        bytes[5] = 0x80;
        File.WriteAllBytes(Tokens, bytes);
        using var set = TokenShardSet.Open(_folder.Path);
        Refused(() => ReadAll(set), Tokens, "token 2", "500");
    }

    [Theory]
    [InlineData("0,3,a,f,1\n", "holds 1 documents over 3 tokens", "2 over 8")]
    [InlineData("0,3,a,f,1\n4,8,b,f,2\n", "row 2", "4 to 8")]
    [InlineData("0,3,a,f,1\n3,9,b,f,2\n", "row 2", "3 to 9")]
    [InlineData("0,3,a,f,1\n3,3,b,f,2\n", "row 2", "3 to 3")]
    [InlineData("0,3,a,f,1\n3,8,b\n", "row 2", "3 columns")]
    [InlineData("0,x,a,f,1\n3,8,b,f,2\n", "row 1", "'x'")]
    [InlineData("0,3,\"a,f,1\n3,8,b,f,2\n", "row 1", "quoted")]
    public void Offsets_that_disagree_are_found_by_lookup(string rows, string place, string reason)
    {
        WriteGzip(Offsets, rows);
        using var set = TokenShardSet.Open(_folder.Path);
        Assert.NotEmpty(set.DocumentsIn(0, 6));
        Refused(() => set.DocumentsIn(7, 8), Offsets, place, reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(20)]
    public void Offsets_cut_short_are_found_by_lookup(int length)
    {
        File.WriteAllBytes(Offsets, File.ReadAllBytes(Offsets)[..length]);
        using var set = TokenShardSet.Open(_folder.Path);
        Refused(() => set.DocumentsIn(7, 8), Offsets);
    }

    private void Open() => TokenShardSet.Open(_folder.Path).Dispose();
}
