using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Taggers;
using Xunit;

namespace OlmoSharp.Data.Tests.Taggers;

public sealed class TaggerAssemblyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_users_taggers_join_the_catalog()
    {
        var catalog = new TaggerCatalog();
        catalog.Add(TaggerAssembly.Load(typeof(VowelTagger).Assembly.Location));
        Assert.Equal("vowels of the document", catalog.Find("vowels_v1").Summary);
        Assert.Equal([new TaggerParameter("vowels", false)], catalog.Find("vowels_v1").ParameterKeys);
        _folder.Write("documents/a.jsonl", """{"id":"1","text":"banana","source":"s"}""" + "\n");
        var config = ConfigReader.ReadText<TagConfig>($"documents: '{_folder.At("documents")}'\ntaggers: [vowels_v1, {{name: vowels_v1, as: nasals, vowels: n}}]\nexperiment: e", "c.yaml");
        TagRun.Run(config, catalog);
        Assert.Equal(
            """{"id":"1","attributes":{"e__vowels_v1__count":[[1,2,1],[3,4,1],[5,6,1]],"e__nasals__count":[[2,3,1],[4,5,1]]},"source":"s"}""" + "\n",
            File.ReadAllText(_folder.At("attributes", "e", "a.jsonl")));
    }

    [Fact]
    public void A_file_that_is_no_assembly_of_taggers_is_an_error()
    {
        Assert.Contains("there is no such assembly", Assert.Throws<DataException>(() => TaggerAssembly.Load(_folder.At("none.dll"))).Message);
        Assert.Contains("cannot be loaded as an assembly", Assert.Throws<DataException>(() => TaggerAssembly.Load(_folder.Write("text.dll", "no assembly"))).Message);
        Assert.Contains("has no public class with a [Tagger", Assert.Throws<DataException>(() => TaggerAssembly.Load(typeof(YamlDotNet.Core.Mark).Assembly.Location)).Message);
    }

    [Fact]
    public void Two_taggers_of_one_name_are_an_error()
    {
        var catalog = new TaggerCatalog();
        catalog.Add(TaggerAssembly.Load(typeof(VowelTagger).Assembly.Location));
        Assert.Contains("vowels_v1: there are two", Assert.Throws<DataException>(() => catalog.Add(TaggerAssembly.Load(typeof(VowelTagger).Assembly.Location))).Message);
    }
}
