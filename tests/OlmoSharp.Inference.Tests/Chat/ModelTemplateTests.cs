using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Engines;
using OlmoSharp.Inference.Tests.Engines;
using OlmoSharp.Models;
using OlmoSharp.Models.Tests;
using OlmoSharp.Models.Tests.Gguf;
using Xunit;

namespace OlmoSharp.Inference.Tests.Chat;

/// <summary>Templates that models bring, and those that users name.</summary>
public sealed class ModelTemplateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _gguf;

    public ModelTemplateTests()
    {
        using var model = SampleModels.Random(EngineSamples.Of(ModelFamily.Olmo2), 1);
        _gguf = EngineSamples.Write(model, _folder.Path, "gguf-f32");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_and_the_file_made_of_it_bring_the_same_template()
    {
        Assert.Equal(GgufSamples.ChatTemplate, ModelTemplate.Read(_folder.Path)!.Source);
        var template = ModelTemplate.Read(_gguf)!;
        Assert.Equal(GgufSamples.ChatTemplate, template.Source);
        Assert.Contains(_gguf, template.Name, StringComparison.Ordinal);
        var model = LoadedModel.Load(_gguf);
        using var engine = model.Engine;
        Assert.Equal(GgufSamples.ChatTemplate, model.ChatTemplate!.Source);
        Assert.Equal(model.Tokenizer.Decode([model.Tokenizer.EndOfTextId]), template.SpecialTokens["eos_token"]);
    }

    [Fact]
    public void A_template_is_found_by_name_or_file()
    {
        var model = LoadedModel.Load(_gguf);
        using var engine = model.Engine;
        Assert.Same(model.ChatTemplate, ChatTemplateChoice.Find(model, null));
        Assert.Equal("built-in template 'tulu'", ChatTemplateChoice.Find(model, "tulu")!.Name);
        var file = Path.Combine(_folder.Path, "mine.jinja");
        File.WriteAllText(file, "{{ eos_token }}!");
        Assert.Equal(model.Tokenizer.Decode([model.Tokenizer.EndOfTextId]) + "!", ChatTemplateChoice.Find(model, file)!.Render([], false).Text);
        Assert.Contains("none of tulu, olmo, chatml, plain, turns", Assert.Throws<InferenceException>(() => ChatTemplateChoice.Find(model, "nonsense")).Message, StringComparison.Ordinal);
    }

    /// <summary>A template that is not supported is no obstacle to loading a model.</summary>
    [Fact]
    public void A_broken_template_is_an_error_only_where_it_is_used()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "chat_template.jinja"), "\n{% frob %}");
        var model = LoadedModel.Load(_folder.Path);
        using var engine = model.Engine;
        var error = Assert.ThrowsAny<Tokenization.TokenizerException>(() => model.ChatTemplate);
        Assert.Contains("chat_template.jinja, line 2: unknown tag 'frob'", error.Message, StringComparison.Ordinal);
    }
}
