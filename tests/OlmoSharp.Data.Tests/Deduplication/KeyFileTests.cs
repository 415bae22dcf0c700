using OlmoSharp.Data.Deduplication.Keys;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

public sealed class KeyFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1_200_000, 0, true)]
    [InlineData(1_200_000, 8, false)]
    [InlineData(524_288, 2, true)]
    public void Keys_come_back_cell_by_cell_and_in_their_order(int count, int cellBits, bool keepsDocuments)
    {
        var (cells, random) = (1 << cellBits, new Random(count));
        var expected = Enumerable.Range(0, cells).Select(_ => new List<(KeyHash, uint)>()).ToArray();
        List<(KeyKind Kind, int[] Cells)> outline = [];
        using (var keys = File.Create(_folder.At("keys")))
        using (var outlineFile = File.Create(_folder.At("outline")))
        {
            var writer = new KeyWriter(keys, outlineFile, cellBits, keepsDocuments);
            for (var left = count; left > 0;)
            {
                writer.Document++;
                var kind = (KeyKind)random.Next(8);
                var some = new KeyHash[kind switch { KeyKind.Whole => 1, KeyKind.NGrams or KeyKind.NGramAndWhole => Math.Min(left, random.Next(1, 400)), _ => 0 }];
                for (var i = 0; i < some.Length; i++)
                {
                    some[i] = new KeyHash((ulong)random.NextInt64(), (ulong)left) with { High = (ulong)random.NextInt64(long.MinValue, long.MaxValue) };
                    expected[(int)((UInt128)some[i].High << cellBits >> 64)].Add((some[i], writer.Document));
                }

                outline.Add((kind, [.. some.Select(key => (int)((UInt128)key.High << cellBits >> 64))]));
                left -= some.Length;
                switch (kind)
                {
                    case KeyKind.Whole:
                        writer.Add(some[0]);
                        break;
                    case KeyKind.NGrams or KeyKind.NGramAndWhole:
                        writer.Add(kind, some);
                        break;
                    default:
                        writer.Skip(kind);
                        break;
                }
            }

            writer.Complete();
        }

        using var file = new KeyFile(_folder.At("keys"), cells, keepsDocuments);
        Assert.Equal((count + (1 << 19) - 1) >> 19, file.Runs);
        for (var cell = 0; cell < cells; cell++)
        {
            List<(KeyHash, uint)> found = [];
            for (var run = 0; run < file.Runs; run++)
            {
                var keys = new KeyHash[file.Count(run, cell)];
                var documents = new uint[keepsDocuments ? keys.Length : 0];
                file.Read(run, cell, keys, documents);
                for (var i = 0; i < keys.Length; i++)
                {
                    found.Add((keys[i], keepsDocuments ? documents[i] : expected[cell][found.Count].Item2));
                }
            }

            // Not Assert.Equal, which takes seconds for a million.
            Assert.True(expected[cell].SequenceEqual(found), $"cell {cell}");
        }

        using var reader = new OutlineReader(_folder.At("outline"));
        foreach (var (kind, where) in outline)
        {
            Assert.Equal(kind, reader.Kind());
            Assert.Equal(where.Length, reader.Count(kind));
            Assert.True(where.All(cell => cell == reader.Cell()));
        }

        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void A_file_that_ends_too_early_is_an_error()
    {
        using (var keys = File.Create(_folder.At("keys")))
        {
            var writer = new KeyWriter(keys, Stream.Null, 0, keepsDocuments: false);
            writer.Add(new KeyHash(1, 2));
            writer.Complete();
        }

        File.WriteAllBytes(_folder.At("short"), File.ReadAllBytes(_folder.At("keys"))[16..]);
        using var file = new KeyFile(_folder.At("short"), 1, keepsDocuments: false);
        Assert.Contains("ends too early", Assert.Throws<DataException>(() => file.Read(0, 0, new KeyHash[2], [])).Message);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => new KeyFile(_folder.At("none"), 1, keepsDocuments: false)).Message);
    }
}
