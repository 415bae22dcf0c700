using System.Text;
using OlmoSharp.Data.Classification;
using Xunit;

namespace OlmoSharp.Data.Tests.Classification;

public sealed class LabelledTextsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Labels_come_from_fields_files_and_lines()
    {
        _folder.Write("d/documents/a.jsonl", """
            {"id": "1", "text": "one\n \ntwo\n", "source": "s", "metadata": {"kind": "good"}}
            {"id": "2", "text": "three", "source": "s", "metadata": {"kind": "bad"}}
            """);
        var lines = _folder.Write("lines.txt", "__label__good four five\n\n__label__é\tsix\r\n");
        var plain = _folder.Write("plain.txt", "seven\neight");
        LabelledInput[] inputs = [new(_folder.At("d")), new(lines), new(plain, "given")];
        Assert.Equal(
            ["good:one\n \ntwo\n:1", "bad:three:2", "good: four five:1", "é:\tsix:3", "given:seven:1", "given:eight:2"],
            Read(new LabelledTexts(inputs, "$.metadata.kind")));
        Assert.Equal(["s:one:1", "s:two:1", "s:three:2"], Read(new LabelledTexts(inputs[..1], "$.source", splitsParagraphs: true)));
        Assert.Equal(["x:one:1", "x:two:1", "x:three:2"], Read(new LabelledTexts([new(_folder.At("d"), "x")], splitsParagraphs: true)));
    }

    [Fact]
    public void What_is_wrong_with_labels_is_said()
    {
        var path = _folder.Write("a.jsonl", """{"id": "1", "text": "one", "source": "two words", "metadata": {"kind": 3}}""");
        Assert.Contains("nothing says the labels of these documents", Error([new(path)], null));
        Assert.Contains("is given twice", Error([new(path, "a"), new(_folder.Path + "/./a.jsonl", "b")], null));
        Assert.Contains("--label: kind is not the path of one value", Error([new(path)], "kind"));
        Assert.Contains("a.jsonl, line 1: the document has no label", Error([new(path)], "$.metadata.label"));
        Assert.Contains("a.jsonl, line 1: the key $.metadata.kind is not a string", Error([new(path)], "$.metadata.kind"));
        Assert.Contains("a.jsonl, line 1: the label \"two words\" is empty or has white space in it", Error([new(path)], "$.source"));
        Assert.Contains("--class: the label \"a b\"", Error([new(path, "a b")], null));
        Assert.Contains("invalid UTF-8 at byte 12 of the line", Error([new(_folder.Write("b.txt", [.. "__label__a x"u8, 0xFF]))], null));
    }

    private static string Error(LabelledInput[] inputs, string? label) => Assert.Throws<DataException>(() => Read(new LabelledTexts(inputs, label))).Message;

    private static List<string> Read(LabelledTexts texts) => [.. texts.Read().Select(text => $"{text.Label}:{Encoding.UTF8.GetString(text.Text.Span)}:{text.Line}")];
}
