using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class TokenizerConvertTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_rank_file_becomes_a_tokenizer_with_its_ids()
    {
        var (ranks, output) = (Path.Combine(_folder.FullName, "x.tiktoken"), Path.Combine(_folder.FullName, "tokenizer.json"));
        byte[][] tokens = [.. Enumerable.Range(0, 256).Select(value => new[] { (byte)value }), "ab"u8.ToArray(), "abab"u8.ToArray()];
        await File.WriteAllLinesAsync(ranks, tokens.Select((token, rank) => $"{Convert.ToBase64String(token)} {rank}"), TestContext.Current.CancellationToken);
        var converted = await CommandLineRun.Of(
            "tokenizer", "convert", ranks, "--pattern", "gpt2", "--special", "<|endoftext|>=300", "--special", "<|pad|>", "-o", output);
        Assert.Equal(("", ExitCode.Success), (converted.Error, converted.ExitCode));
        Assert.StartsWith($"{output}: 302 ids, SHA-256 ", converted.Output, StringComparison.Ordinal);
        var encoded = await CommandLineRun.Of("tokenizer", "encode", "-t", output, "--special", "ababc<|endoftext|>ab<|pad|>");
        Assert.Equal("257 99 300 256 301", encoded.Output.Trim());
    }

    [Fact]
    public async Task Another_pattern_and_a_damaged_file_are_one_clear_error()
    {
        var ranks = Path.Combine(_folder.FullName, "x.tiktoken");
        await File.WriteAllTextAsync(ranks, "YQ==\n", TestContext.Current.CancellationToken);
        var output = Path.Combine(_folder.FullName, "tokenizer.json");
        var pattern = await CommandLineRun.Of("tokenizer", "convert", ranks, "--pattern", "p50k", "-o", output);
        Assert.Equal(ExitCode.Usage, pattern.ExitCode);
        Assert.Contains("p50k", pattern.Error, StringComparison.Ordinal);
        var damaged = await CommandLineRun.Of("tokenizer", "convert", ranks, "--pattern", "cl100k", "-o", output);
        Assert.Equal(ExitCode.Failure, damaged.ExitCode);
        Assert.StartsWith($"error: {ranks}: line 1: ", damaged.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }
}
