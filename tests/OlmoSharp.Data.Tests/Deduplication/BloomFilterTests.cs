using System.Numerics;
using System.Text;
using CsCheck;
using OlmoSharp.Data.Deduplication.Bloom;
using OlmoSharp.Data.Deduplication.Keys;
using Xunit;

namespace OlmoSharp.Data.Tests.Deduplication;

public sealed class BloomFilterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(10_000_000, 0.01)]
    [InlineData(30_000_000, 1e-6)]
    [InlineData(1_234_567, 1e-5)]
    [InlineData(30_000_000_000, 1e-6)]
    [InlineData(3_686_676, 1e-15)]
    [InlineData(1_000, 0.001)]
    public void A_filter_is_as_large_as_its_rate_asks_for_and_little_larger(long keys, double rate)
    {
        var parameters = BloomParameters.For(keys, rate);
        var optimum = -keys * Math.Log(rate) / (Math.Log(2) * Math.Log(2));
        Assert.True(NaiveRate(parameters.Bits, parameters.Hashes, keys) <= rate * 1.000001);
        Assert.True(parameters.Bits >= optimum * 0.999999);
        Assert.InRange(parameters.Hashes, 1, 32);
        if (parameters.Bits > BloomParameters.LeastBits)
        {
            Assert.True(parameters.Bits <= optimum * (Math.Log2(1 / rate) > 32 ? 1.1 : 1.01), $"{parameters.Bits / optimum}");
            Assert.InRange(parameters.Capacity(rate), keys, keys * 1.001 + 64);
        }
    }

    [Fact]
    public void The_false_positive_rate_is_that_of_the_formula()
    {
        foreach (var (bytes, hashes, count) in new[] { (1 << 14, 3, 40_000), (1 << 18, 7, 220_000), (1 << 20, 5, 1_200_000) })
        {
            var filter = new BloomFilter(BloomParameters.ForSize(bytes, (long)(8L * bytes * Math.Log(2) / hashes)));
            Assert.Equal(hashes, filter.Parameters.Hashes);
            for (var key = 0; key < count; key++)
            {
                filter.Add(BitConverter.GetBytes(key));
            }

            var (found, asked) = (0, 400_000);
            for (var key = 0; key < asked; key++)
            {
                found += filter.Contains(BitConverter.GetBytes(-1 - key)) ? 1 : 0;
            }

            var expected = NaiveRate(8L * bytes, hashes, count);
            var deviation = Math.Sqrt(expected * (1 - expected) * asked);
            Assert.InRange(found, expected * asked * 0.99 - 4 * deviation, expected * asked * 1.02 + 4 * deviation);
        }
    }

    [Fact]
    public void A_key_that_was_added_is_found() =>
        Gen.Byte.Array[0, 20].Array[0, 200].Sample(keys =>
        {
            var filter = new BloomFilter(BloomParameters.ForSize(100));
            foreach (var key in keys)
            {
                filter.Add(key);
            }

            Assert.All(keys, key => Assert.True(filter.Contains(key)));
            Assert.InRange(filter.Keys, 0, keys.Distinct(ByteComparer.Instance).Count());
        }, iter: 50);

    [Fact]
    public void The_file_is_as_documented()
    {
        // 2^22 bits in 4 segments; bits worked out once more, with whole numbers of any size.
        var filter = new BloomFilter(BloomParameters.ForSize(1 << 19, null, 1e-3) with { Seed = 77 });
        string[] keys = [.. Enumerable.Range(0, 100).Select(i => $"key {i}")];
        var expected = new byte[1 << 19];
        foreach (var key in keys)
        {
            var utf8 = Encoding.UTF8.GetBytes(key);
            Assert.False(filter.Add(utf8));
            var hash = System.IO.Hashing.XxHash128.HashToUInt128(utf8, 77);
            var (high, low) = ((ulong)(hash >> 64), (ulong)hash);
            var segment = (int)(high >> 62);
            var step = (high << 8 | high >> 56) | 1;
            for (var i = 0; i < 10; i++)
            {
                var position = (low + (BigInteger)i * step) % BigInteger.Pow(2, 64);
                var bit = (int)(position * (1 << 20) >> 64) + segment * (1 << 20);
                expected[bit / 8] |= (byte)(1 << bit % 8);
            }
        }

        var path = _folder.At("f.bloom");
        filter.Save(path);
        var file = File.ReadAllBytes(path);
        var header = 48 + 16 * 5;
        Assert.Equal(header + expected.Length, file.Length);
        Assert.Equal("OLMOBLMF", Encoding.ASCII.GetString(file, 0, 8));
        Assert.Equal([1, 10], [BitConverter.ToInt32(file, 8), BitConverter.ToInt32(file, 12)]);
        Assert.Equal([1 << 22, 77, 100, 0], [BitConverter.ToInt64(file, 16), BitConverter.ToInt64(file, 24), BitConverter.ToInt64(file, 32), BitConverter.ToInt64(file, 40)]);
        Assert.Equal(expected, file[header..]);
        for (var segment = 0; segment < 4; segment++)
        {
            Assert.Equal(System.IO.Hashing.XxHash128.HashToUInt128(expected.AsSpan(segment << 17, 1 << 17)), BitConverter.ToUInt128(file, 48 + 16 * segment));
        }

        Assert.Equal(System.IO.Hashing.XxHash128.HashToUInt128(file.AsSpan(0, header - 16)), BitConverter.ToUInt128(file, header - 16));
    }

    [Fact]
    public void A_merged_filter_is_the_filter_of_all_keys()
    {
        var parameters = BloomParameters.ForSize(1 << 10);
        BloomFilter[] parts = [new(parameters), new(parameters)];
        var whole = new BloomFilter(parameters);
        for (var key = 0; key < 200; key++)
        {
            parts[key % 2].Add([(byte)key]);
            whole.Add([(byte)key]);
        }

        parts[1].Save(_folder.At("part"));
        var another = new BloomFilter(parameters);
        another.Merge(parts[0]);
        another.Merge(parts[1]);
        parts[0].Merge(_folder.At("part"));
        parts[0].Save(_folder.At("merged"));
        whole.Save(_folder.At("whole"));
        Assert.Equal(File.ReadAllBytes(_folder.At("whole")).AsSpan(^1024..), File.ReadAllBytes(_folder.At("merged")).AsSpan(^1024..));
        Assert.Equal(200, parts[0].Keys);
        another.Save(_folder.At("another"));
        Assert.Equal(File.ReadAllBytes(_folder.At("merged")), File.ReadAllBytes(_folder.At("another")));
    }

    [Fact]
    public void Filters_of_different_parameters_cannot_be_merged()
    {
        var filter = new BloomFilter(BloomParameters.ForSize(1 << 10));
        var other = new BloomFilter(BloomParameters.ForSize(1 << 11, null, 0.5) with { Seed = 3 });
        other.Save(_folder.At("other"));
        Assert.StartsWith(_folder.At("other"), Assert.Throws<DataException>(() => filter.Merge(_folder.At("other"))).Message);
        var message = Assert.Throws<DataException>(() => filter.Merge(other)).Message;
        Assert.Contains("1024 bytes, 20 hashes and seed 0", message);
        Assert.Contains("2048 bytes, 1 hashes and seed 3", message);
    }

    [Fact]
    public void Every_flipped_bit_and_every_missing_byte_is_an_error()
    {
        var filter = new BloomFilter(BloomParameters.ForSize(64));
        filter.Add("a"u8);
        var path = _folder.At("f.bloom");
        filter.Save(path);
        var file = File.ReadAllBytes(path);
        for (var i = 0; i < file.Length; i++)
        {
            var damaged = file.ToArray();
            damaged[i] ^= (byte)(1 << i % 8);
            File.WriteAllBytes(path, damaged);
            Assert.StartsWith(path, Assert.Throws<DataException>(() => BloomFilter.Load(path)).Message);
            File.WriteAllBytes(path, file[..i]);
            Assert.StartsWith(path, Assert.Throws<DataException>(() => BloomFilter.Load(path)).Message);
        }

        File.WriteAllBytes(path, [.. file, 0]);
        Assert.Contains("truncated or has something after it", Assert.Throws<DataException>(() => BloomFilter.Load(path)).Message);
    }

    private static double NaiveRate(double bits, double hashes, double keys) => Math.Pow(1 - Math.Pow(1 - 1 / bits, hashes * keys), hashes);

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static ByteComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] bytes) => (int)KeyHash.Of(bytes).Low;
    }
}
