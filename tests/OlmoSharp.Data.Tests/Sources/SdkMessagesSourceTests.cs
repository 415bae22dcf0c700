using CsCheck;
using OlmoSharp.Data.Sources;
using OlmoSharp.Data.Sources.Messages;
using Xunit;

namespace OlmoSharp.Data.Tests.Sources;

public sealed class SdkMessagesSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Messages_become_documents_by_assembly_and_language()
    {
        Write("sdk/10.0.401/de/Tool.resources.dll", ("B", "Die Datei {0} fehlt."), ("A", "Zuerst.\r\n\r\nDann {1}."), ("C", "Die Datei {0} fehlt."), ("Size", 42));
        Write("sdk/10.0.401/Sdks/X/tools/de/Tool.resources.dll", ("A", "Zuerst.\r\n\r\nDann {1}."), ("D", "Neu hier."));
        Write("sdk/10.0.401/Tool.dll", ("A", "First.\n\nThen {1}."), ("B", "The file {0} is missing."));
        Write("sdk/10.0.401/zh-Hans/Tool.resources.dll", ("A", "找不到文件 {0}。"));
        Write("sdk/9.0.100/de/Tool.resources.dll", ("A", "Veraltet und vergessen."));
        Write("sdk/10.0.401/Tool/Tool.resources.dll", ("A", "Not in a culture's folder."));

        var documents = new SdkMessagesSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).ToList();

        Assert.Equal(["Tool/de/0", "Tool/en/0", "Tool/zh-Hans/0"], documents.Select(document => document.Id));
        Assert.Equal(["messages-de", "messages-en", "messages-zh-Hans"], documents.Select(document => document.Source));
        Assert.Equal("Neu hier.\n\nZuerst.\nDann {1}.\n\nDie Datei {0} fehlt.\n".Split("\n\n").Order(), documents[0].Text.Split("\n\n").Order());
        Assert.Equal("First.\nThen {1}.\n\nThe file {0} is missing.\n", documents[1].Text);
        Assert.Equal("""{"assembly":"Tool","culture":"de","message_count":3}""", documents[0].Metadata!.ToJsonString());
    }

    [Fact]
    public void Long_lists_are_cut_between_messages()
    {
        var messages = Enumerable.Range(0, 100).Select(number => $"Message number {number:D3} of many.").ToList();
        Write("sdk/10.0.401/fr/Tool.resources.dll", [.. messages.Select(message => (message, (object)message))]);

        var documents = new SdkMessagesSource(_folder.Path) { DocumentCharacters = 300 }.ReadDocuments(TestContext.Current.CancellationToken).ToList();

        Assert.True(documents.Count > 5);
        Assert.All(documents, document => Assert.True(document.Text.Length < 340));
        Assert.Equal(messages, documents.SelectMany(document => document.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Theory]
    [InlineData("<root><a/></root>")]
    [InlineData("{0}: {1}")]
    [InlineData("bell \a rings")]
    [InlineData("lost \uFFFD letter")]
    [InlineData("half \uD83D pair")]
    public void Other_strings_are_not_messages(string text) => Assert.Null(MessageFilter.Clean(text));

    [Fact]
    public void Encoded_data_is_not_a_message() => Assert.Null(MessageFilter.Clean($"image: {Convert.ToBase64String(new byte[200])}"));

    [Fact]
    public void Strings_of_a_resource_stream_are_those_that_went_into_it()
    {
        // The framework's own writer is the other side of the format.
        var text = Gen.Char.Where(character => !char.IsSurrogate(character)).Array[0, 200].Select(characters => new string(characters));
        Gen.Select(text, Gen.OneOf(text.Select(value => (object)value), Gen.Int.Select(value => (object)value), Gen.Byte.Array[0, 50].Select(value => (object)value)))
            .Array[0, 40]
            .Select(pairs => pairs.DistinctBy(pair => pair.Item1, StringComparer.OrdinalIgnoreCase).ToArray())
            .Sample(
                pairs => Assert.Equal(
                    pairs.Where(pair => pair.Item2 is string).ToDictionary(pair => pair.Item1, pair => (string)pair.Item2),
                    ResourceStrings.Read(SatelliteAssembly.Resources(pairs)).ToDictionary()),
                iter: 300);
    }

    [Fact]
    public void A_damaged_assembly_is_an_error_that_names_it()
    {
        var bytes = SatelliteAssembly.Build(("Tool.de.resources", SatelliteAssembly.Resources(("A", "Eine Nachricht."))));
        var start = bytes.AsSpan().IndexOf((byte[])[0xCE, 0xCA, 0xEF, 0xBE]);
        bytes[start] ^= 1;
        var path = _folder.Write("sdk/10.0.401/de/Tool.resources.dll", bytes);

        var error = Assert.Throws<DataException>(() => new SdkMessagesSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).Count());

        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_installation_without_an_sdk_is_an_error() =>
        Assert.Contains(
            ".NET SDK",
            Assert.Throws<DataException>(() => new SdkMessagesSource(_folder.Path).ReadDocuments(TestContext.Current.CancellationToken).Count()).Message,
            StringComparison.Ordinal);

    private void Write(string path, params (string Key, object Value)[] entries) =>
        _folder.Write(path, SatelliteAssembly.Build(("Tool.Strings.resources", SatelliteAssembly.Resources(entries)), ("icon.png", [1, 2, 3])));
}
