using System.Text.Json;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Cli.Tests;

/// <summary><c>olmo generate</c> and <c>olmo chat</c> from the command line, on a small random model.</summary>
public sealed class GenerateCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly string _model;

    public GenerateCommandTests()
    {
        _model = Save("model", "Gets the number of elements.");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Options_reach_the_generator()
    {
        var json = await Run("--prompt", "Gets", "--max-tokens", "5", "--n", "2", "--logprobs", "1", "--top-k", "3", "--min-p", "0.01", "--frequency-penalty", "0.5", "--seed", "4");
        var choices = JsonDocument.Parse(json.Output).RootElement.GetProperty("choices");
        Assert.Equal(2, choices.GetArrayLength());
        Assert.InRange(choices[0].GetProperty("logprobs").GetArrayLength(), 1, 5);

        File.WriteAllText(this["schema.json"], """{"enum": ["red", "blue"]}""");
        var constrained = await Run("--prompt", "Gets", "--json-schema", this["schema.json"]);
        Assert.Contains(constrained.Output, new[] { "Gets\"red\"\n", "Gets\"blue\"\n" });

        File.WriteAllText(this["grammar.gbnf"], "root ::= [0-9]{3} \"!\"");
        Assert.Matches("^Gets[0-9]{3}!\n$", (await Run("--prompt", "Gets", "--grammar", this["grammar.gbnf"])).Output);

        var alone = await Run("--prompt", "Gets", "--temperature", "0");
        var drafted = await Run("--prompt", "Gets", "--temperature", "0", "--draft-model", _model);
        Assert.Equal(alone.Output, drafted.Output);

        var other = await CommandLineRun.Of("generate", "--model", _model, "--prompt", "Gets", "--draft-model", Save("other", "Something else is said here."));
        Assert.Contains("another tokenizer", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_prompts_gives_a_file_of_texts()
    {
        File.WriteAllText(this["prompts.jsonl"], "{\"prompt\": \"Gets\"}\n{\"prompt\": \"the\", \"max_tokens\": 2}\n");
        string[] options = ["--input", this["prompts.jsonl"], "--output", this["out.jsonl"], "--max-tokens", "4"];
        var run = await Run(options);
        Assert.Contains("2/2 prompts", run.Error, StringComparison.Ordinal);
        Assert.Equal(["Gets", "the"], File.ReadAllLines(this["out.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("prompt").GetString()));
        File.WriteAllText(this["other.jsonl.partial"], "{}\n");
        Assert.Contains("another input, model or options", (await CommandLineRun.Of("generate", "--model", _model, "--input", this["prompts.jsonl"], "--output", this["other.jsonl"])).Error, StringComparison.Ordinal);
        Assert.Contains("exists already", (await CommandLineRun.Of(["generate", "--model", _model, .. options])).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("give either --prompt or --input")]
    [InlineData("--input and --output go together", "--input", "x")]
    [InlineData("--input and --output go together", "--prompt", "x", "--output", "x")]
    [InlineData("give either --prompt or --input", "--prompt", "x", "--input", "x", "--output", "y")]
    [InlineData("--chat-template is for the messages of --input", "--prompt", "x", "--chat-template", "tulu")]
    public async Task Options_that_do_not_go_together_are_refused(string reason, params string[] options)
    {
        var run = await CommandLineRun.Of(["generate", "--model", _model, .. options]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--logit-bias", "3", "--logit-bias is '3'")]
    [InlineData("--logit-bias", "x=3", "--logit-bias is 'x=3'")]
    [InlineData("--min-p", "2", "min-p is 2")]
    [InlineData("--stop", "", "a stop string is empty")]
    public async Task A_value_out_of_range_is_one_line(string option, string value, string reason)
    {
        var run = await CommandLineRun.Of("generate", "--model", _model, "--prompt", "Gets", option, value);
        Assert.Equal(ExitCode.Failure, run.ExitCode);
        Assert.Contains(reason, Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chat_obeys_its_commands_and_keeps_what_was_said()
    {
        var (code, output, error) = await Chat(
            ["--turns", "--max-tokens", "3"], "/help", "/system Be brief.", "/temperature 0", "/temperature x", "/top-p 0", "Gets the", $"/save {this["saved.txt"]}", "/retry", "/nonsense", "/reset",
            "/retry", $"/save {this["empty.txt"]}", "/exit");
        Assert.Equal(ExitCode.Success, code);
        var saved = File.ReadAllText(this["saved.txt"]);
        Assert.StartsWith("system: Be brief.\n\nuser: Gets the\n\nassistant: ", saved, StringComparison.Ordinal);
        var answer = saved[(saved.IndexOf("assistant: ", StringComparison.Ordinal) + 11)..^2];
        Assert.Equal($"{answer}\n{answer}\n", output);
        Assert.Equal("system: Be brief.\n\n", File.ReadAllText(this["empty.txt"]));
        foreach (var said in new[] { "/reset", "system prompt: Be brief.", "temperature 0,", "error: 'x' is not a number", "error: top-p is 0", "unknown command '/nonsense'", "forgotten", "nothing was said" })
        {
            Assert.Contains(said, error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_turns_the_text_goes_on()
    {
        var (code, output, error) = await Chat(["--max-tokens", "2", "--temperature", "0"], "Gets", "/system x", "the", "");
        Assert.Equal(ExitCode.Success, code);
        Assert.StartsWith("Gets", output, StringComparison.Ordinal);
        Assert.Contains("\nthe", output, StringComparison.Ordinal);
        Assert.Contains("The model continues what you type", error, StringComparison.Ordinal);
        Assert.Contains("without a chat template there is no place", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_chat_template_of_the_model_is_taken_unless_another_is_named()
    {
        Tokenizer.Load(_model).SaveConfig(Path.Combine(_model, "tokenizer_config.json"));
        string[] greedy = ["--max-tokens", "3", "--temperature", "0"];
        var own = await Chat(greedy, "Gets", "");
        var turns = await Chat([.. greedy, "--turns"], "Gets", "");
        Assert.Contains("Chat template: " + Path.Combine(_model, "tokenizer_config.json"), own.Error, StringComparison.Ordinal);
        Assert.Contains("<|end|>", own.Error, StringComparison.Ordinal);
        Assert.Equal(turns.Output, own.Output);
        Assert.StartsWith("Gets", (await Chat([.. greedy, "--raw"], "Gets", "")).Output, StringComparison.Ordinal);

        File.WriteAllText(this["mine.jinja"], "{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}");
        File.WriteAllText(this["bad.jinja"], "\n{% if %}");
        var (code, output, error) = await Chat(
            [.. greedy, "--chat-template", this["mine.jinja"]], "Gets", "/template", "/template plain", "Gets", $"/template {this["bad.jinja"]}", "/template nonsense", "/template raw", "Gets", "");
        Assert.Equal(ExitCode.Success, code);
        // Without a template the line itself is written again.
        Assert.Contains("\nGets", output, StringComparison.Ordinal);
        foreach (var said in new[] { "Chat template: " + this["mine.jinja"], "built-in template 'plain'", "bad.jinja, line 2: ", "there is no chat template 'nonsense'", "The model continues what you type" })
        {
            Assert.Contains(said, error, StringComparison.Ordinal);
        }

        var refused = await CommandLineRun.Of("chat", "--model", _model, "--raw", "--turns");
        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains("exclude each other", refused.Error, StringComparison.Ordinal);
        var unknown = await CommandLineRun.Of("chat", "--model", _model, "--chat-template", "nonsense");
        Assert.Contains("there is no chat template 'nonsense'", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_prompts_may_hold_conversations()
    {
        File.WriteAllText(this["chats.jsonl"], """
            {"id": 1, "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Gets"}], "max_tokens": 3}
            {"prompt": "Gets"}
            """);
        var without = await CommandLineRun.Of("generate", "--model", _model, "--input", this["chats.jsonl"], "--output", this["out.jsonl"]);
        Assert.Contains("chats.jsonl, prompt 1: it is a conversation, but the model brings no chat template", without.Error, StringComparison.Ordinal);
        await Run("--input", this["chats.jsonl"], "--output", this["out.jsonl"], "--chat-template", "turns", "--temperature", "0");
        var line = JsonDocument.Parse(File.ReadLines(this["out.jsonl"]).First()).RootElement;
        Assert.Equal("Gets", line.GetProperty("messages")[1].GetProperty("content").GetString());
        var tokenizer = Tokenizer.Load(_model);
        Assert.Equal(tokenizer.EncodeWithSpecialTokens("<|system|>\nBe brief.<|end|>\n<|user|>\nGets<|end|>\n<|assistant|>\n").Length, line.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());

        File.WriteAllText(this["bad.jsonl"], "{\"messages\": [{\"role\": \"tool\", \"content\": \"x\"}]}\n");
        var refused = await CommandLineRun.Of("generate", "--model", _model, "--input", this["bad.jsonl"], "--output", this["other.jsonl"], "--chat-template", "tulu");
        Assert.Contains("bad.jsonl, prompt 1: the chat template does not take the conversation: built-in template 'tulu'", refused.Error, StringComparison.Ordinal);
        File.WriteAllText(this["bad.jsonl"], "{\"messages\": [{\"content\": \"x\"}]}\n");
        Assert.Contains("bad.jsonl:1: a message must be an object with a role", (await CommandLineRun.Of("generate", "--model", _model, "--input", this["bad.jsonl"], "--output", this["other.jsonl"])).Error, StringComparison.Ordinal);
    }

    private string Save(string name, string text)
    {
        var folder = Directory.CreateDirectory(this[name]).FullName;
        var tokenizer = BpeTrainer.Train([text], new BpeTrainerOptions { VocabularySize = 275, MinFrequency = 1 });
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        using var model = new Transformer(new()
        {
            VocabularySize = tokenizer.VocabularySize, HiddenSize = 16, IntermediateSize = 16, Layers = 1, Heads = 2, ContextLength = 64, InitializerRange = 0.4,
        });
        model.Initialize(seed: 1);
        ModelFolder.Save(model, folder);
        return folder;
    }

    private string this[string name] => Path.Combine(_folder.FullName, name);

    private async Task<CommandLineRun> Run(params string[] options)
    {
        var run = await CommandLineRun.Of(["generate", "--model", _model, .. options]);
        Assert.True(run.ExitCode == ExitCode.Success, run.Error);
        return run;
    }

    private async Task<(int Code, string Output, string Error)> Chat(string[] options, params string[] lines)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var input = new StringReader(string.Join('\n', lines));
        var terminal = new Terminal { Output = output, Error = error, Input = input, IsWatched = false };
        var code = await Application.RunAsync(new RootOlmoCommand(), ["chat", "--model", _model, .. options], terminal, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
