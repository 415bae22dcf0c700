using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataQueryCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_copied_to_Parquet_is_what_the_documents_are()
    {
        var (lines, parquet) = (Path.Combine(_folder, "a.jsonl"), Path.Combine(_folder, "a.parquet"));
        await File.WriteAllTextAsync(lines, "{\"id\":\"1\",\"text\":\"a\",\"source\":\"s\"}\n{\"id\":\"2\",\"text\":\"b\",\"source\":\"s\"}\n", TestContext.Current.CancellationToken);
        var copy = await CommandLineRun.Of("data", "query", $"copy (from documents) to '{parquet}'", "-d", lines);
        Assert.Equal((ExitCode.Success, "", ""), (copy.ExitCode, copy.Output, copy.Error));
        const string Sql = "select id, text, source from documents order by id";
        Assert.Equal((await CommandLineRun.Of("data", "query", Sql, "-d", lines)).Output, (await CommandLineRun.Of("data", "query", Sql, "-d", parquet)).Output);
        Assert.Contains("documents/bytes", (await CommandLineRun.Of("data", "stat", "-c", await StatConfig(parquet))).Output, StringComparison.Ordinal);
    }

    private async Task<string> StatConfig(string documents)
    {
        var config = Path.Combine(_folder, "stat.yaml");
        await File.WriteAllTextAsync(config, $"documents: ['{documents}']\n", TestContext.Current.CancellationToken);
        return config;
    }

    [Fact]
    public async Task A_query_gives_a_table_CSV_or_JSON()
    {
        var file = Path.Combine(_folder, "a.jsonl");
        await File.WriteAllTextAsync(file, "{\"id\":\"1\",\"text\":\"a,\\\"b\\\"\",\"source\":\"s\"}\n{\"id\":\"2\",\"text\":\"\",\"source\":\"s\"}\n", TestContext.Current.CancellationToken);
        const string Sql = "select id, text, length(text) as n, created from documents order by id";
        Assert.Equal("id,text,n,created\n1,\"a,\"\"b\"\"\",5,\n2,\"\",0,\n", (await CommandLineRun.Of("data", "query", Sql, "-d", file, "--csv")).Output.ReplaceLineEndings("\n"));
        Assert.Contains("\"n\": 5,\n    \"created\": null", (await CommandLineRun.Of("data", "query", Sql, "-d", file, "--json")).Output, StringComparison.Ordinal);
        Assert.Matches(@"1 +a,""b"" +5 +–", (await CommandLineRun.Of("data", "query", Sql, "-d", file)).Output);
        var wrong = await CommandLineRun.Of("data", "query", "select", "-d", file);
        Assert.Equal(ExitCode.Failure, wrong.ExitCode);
        Assert.StartsWith("error: the query fails: ", wrong.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await CommandLineRun.Of("data", "query", "select 1", "--csv", "--json")).ExitCode);
    }
}
