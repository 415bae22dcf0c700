using Xunit;

namespace OlmoSharp.Cli.Tests;

public sealed class DataQueryCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("olmosharp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
