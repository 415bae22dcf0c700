using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Runs;
using OlmoSharp.Evaluation.Tasks;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Runs;

public sealed class RequestLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void While_one_run_writes_another_is_refused()
    {
        using (Open())
        {
            Assert.Contains("does another run write it", Assert.Throws<EvaluationException>(() => Open()).Message, StringComparison.Ordinal);
        }

        Open().Dispose();
    }

    [Fact]
    public void Lines_of_any_length_come_back_and_a_broken_one_is_cut_off()
    {
        // Longer than what is read at once, on its border, and with characters of several bytes.
        string[] texts = ["a", new('x', 200_000), "", new('é', 40_000), "🙂 end"];
        using (var log = Open())
        {
            foreach (var (i, text) in texts.Index())
            {
                log.Append($"{i}", new RequestAnswer { Text = text });
            }
        }

        var path = Assert.Single(Directory.GetFiles(_folder.Path));
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. whole, .. "{\"key\": \"9\", \"answer\": \""u8, 0xC3]);
        using (var log = Open())
        {
            Assert.Equal(texts, texts.Select((_, i) => log.Find($"{i}")!.Text));
            Assert.Equal(texts.Length, log.Answers.Count);
        }

        Assert.Equal(whole, File.ReadAllBytes(path));
        File.WriteAllBytes(path, [.. whole, .. "{}\n"u8]);
        Assert.Contains($":{texts.Length + 2}: the line is damaged", Assert.Throws<EvaluationException>(() => Open()).Message, StringComparison.Ordinal);
    }

    private RequestLog Open() => RequestLog.Open(_folder.Path, new ModelIdentity("m", "0123456789abcdef", "made"), TaskCatalog.Load().Find("piqa:rc::olmes"));
}
