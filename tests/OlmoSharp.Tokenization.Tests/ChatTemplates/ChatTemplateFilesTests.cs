using System.Text.Json;
using OlmoSharp.Tokenization.ChatTemplates;
using Xunit;

namespace OlmoSharp.Tokenization.Tests.ChatTemplates;

/// <summary>Where templates come from, and how they end what the assistant says.</summary>
public sealed class ChatTemplateFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_a_template_has_none()
    {
        Assert.Null(ChatTemplate.Read(_folder.Path));
        Assert.Null(ChatTemplate.Read(_folder.File("missing")));
        Write("tokenizer_config.json", """{"bos_token": null, "chat_template": null}""");
        Assert.Null(ChatTemplate.Read(_folder.Path));
        Assert.Contains("there is none", Assert.Throws<TokenizerException>(() => ChatTemplate.Read(_folder.Path, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_config_has_the_template_and_its_special_tokens()
    {
        Write("tokenizer_config.json", """{"bos_token": "<s>", "eos_token": {"__type": "AddedToken", "content": "</s>", "lstrip": false}, "chat_template": "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}{{ pad_token }}"}""");
        Assert.Equal("<s>hi</s>", Read().Render([new("user", "hi")], false).Text);
        Write("chat_template.jinja", "a file of its own");
        Assert.Equal("a file of its own", Read().Render([], false).Text);
    }

    [Fact]
    public void Of_several_templates_the_default_or_the_one_for_tools_is_taken()
    {
        Write("tokenizer_config.json", """{"chat_template": [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "tools {{ tools | length }}"}, {"name": "rag", "template": "rag"}]}""");
        var tools = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"tools": [{}, {}]}""");
        Assert.Equal("plain", Read().Render([], false).Text);
        Assert.Equal("tools 2", Read().Render([], false, tools).Text);
        Assert.Equal("rag", ChatTemplate.Read(_folder.Path, "rag")!.Render([], false, tools).Text);
        Directory.CreateDirectory(_folder.File("additional_chat_templates"));
        Write("additional_chat_templates/more.jinja", "more");
        Assert.Equal("more", ChatTemplate.Read(_folder.Path, "more")!.Render([], false).Text);
        Assert.Contains("default, tool_use, rag, more", Assert.Throws<TokenizerException>(() => ChatTemplate.Read(_folder.Path, "x")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"chat_template": 3}""", "$.chat_template")]
    [InlineData("""{"chat_template": [{"name": "default"}]}""", "$.chat_template[0].template")]
    [InlineData("""{"chat_template": "{{ x"}""", "chat_template, line 1: an expression has no end")]
    [InlineData("""{"chat_template": """, "is not JSON")]
    public void A_damaged_file_is_named_with_the_place(string config, string place)
    {
        Write("tokenizer_config.json", config);
        var error = Assert.ThrowsAny<TokenizerException>(() => ChatTemplate.Read(_folder.Path));
        Assert.Contains("tokenizer_config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    /// <summary>The formats as their models' cards show them.</summary>
    [Theory]
    [InlineData("tulu", "<|system|>\nS\n<|user|>\nHi\n<|assistant|>\nYo<|endoftext|>\n<|user|>\nAnd?\n<|assistant|>\n")]
    [InlineData("olmo", "<|endoftext|><|system|>\nS\n<|user|>\nHi\n<|assistant|>\nYo<|endoftext|>\n<|user|>\nAnd?\n<|assistant|>\n")]
    [InlineData("chatml", "<|im_start|>system\nS<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nYo<|im_end|>\n<|im_start|>user\nAnd?<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("plain", "S\n\nUser: Hi\n\nAssistant: Yo\n\nUser: And?\n\nAssistant:")]
    [InlineData("turns", "<|system|>\nS<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\nYo<|end|>\n<|user|>\nAnd?<|end|>\n<|assistant|>\n")]
    public void Built_in_templates_write_documented_formats(string name, string expected)
    {
        var template = ChatTemplate.BuiltIn(name, SmallTokenizer.Load());
        Assert.Equal(expected, template.Render([new("system", "S"), new("user", "Hi"), new("assistant", "Yo"), new("user", "And?")], true).Text);
        Assert.Contains(name, ChatTemplate.BuiltInNames);
    }

    [Fact]
    public void The_template_that_a_trained_tokenizer_writes_is_the_one_built_in()
    {
        var tokenizer = BpeTrainer.Train(SmallTokenizer.Texts, new BpeTrainerOptions { VocabularySize = 400, MinFrequency = 1 });
        tokenizer.SaveConfig(_folder.File("tokenizer_config.json"));
        ChatTurn[] turns = [new("system", "S"), new("user", "Hi"), new("assistant", "Yo")];
        Assert.Equal(ChatTemplate.BuiltIn("turns", tokenizer).Render(turns, true).Text, Read().Render(turns, true).Text);
        Assert.Equal([tokenizer.SpecialTokens["<|end|>"]], Read().FindTurnEnd(tokenizer).Ids);
        Assert.Throws<ChatTemplateException>(() => Read().Render([new("tool", "x")], true));
    }

    [Fact]
    public void The_end_of_a_turn_is_a_special_token_or_else_the_text_before_the_next()
    {
        var tokenizer = SmallTokenizer.Load();
        Assert.Equal([tokenizer.EndOfTextId], ChatTemplate.BuiltIn("tulu", tokenizer).FindTurnEnd(tokenizer).Ids);
        var plain = ChatTemplate.BuiltIn("plain", tokenizer).FindTurnEnd(tokenizer);
        Assert.Empty(plain.Ids);
        Assert.Equal(["\n\nUser:"], plain.Strings);
        // This one refuses a conversation that ends with a question, and has no token of the tokenizer's.
        var picky = ChatTemplate.Parse("{% if messages[-1].role == 'user' and not add_generation_prompt %}{{ raise_exception('no') }}{% endif %}{% for m in messages %}[{{ m.content }}]{% endfor %}");
        Assert.Equal(["]"], picky.FindTurnEnd(tokenizer).Strings);
        Assert.Equal((0, 0), ChatTemplate.Parse("{{ raise_exception('never') }}").FindTurnEnd(tokenizer) is var none ? (none.Ids.Count, none.Strings.Count) : default);
    }

    [Fact]
    public void Messages_are_read_as_the_api_has_them()
    {
        var turn = Parse("""{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "name": "Ann"}""");
        Assert.Equal("a\nb", turn.Content);
        Assert.Equal(["name"], turn.Fields.Keys);
        Assert.Equal("None True", ChatTemplate.Parse("{{ messages[0].content }} {{ messages[0].tool_calls is defined }}").Render([Parse("""{"role": "assistant", "content": null, "tool_calls": []}""")], false).Text);
        Assert.Equal("False", ChatTemplate.Parse("{{ 'content' in messages[0] }}").Render([Parse("""{"role": "assistant"}""")], false).Text);
        Assert.Contains("must be text", Assert.Throws<TokenizerException>(() => Parse("""{"role": "user", "content": [{"type": "image_url"}]}""")).Message, StringComparison.Ordinal);
        Assert.Contains("with a role", Assert.Throws<TokenizerException>(() => Parse("""{"content": "x"}""")).Message, StringComparison.Ordinal);
    }

    private static ChatTurn Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ChatTurn.Parse(document.RootElement);
    }

    private ChatTemplate Read() => ChatTemplate.Read(_folder.Path)!;

    private void Write(string name, string text) => File.WriteAllText(_folder.File(name), text);
}
