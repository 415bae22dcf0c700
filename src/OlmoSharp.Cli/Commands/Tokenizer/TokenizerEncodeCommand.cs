using System.CommandLine;
using System.Text.Json;

namespace OlmoSharp.Cli.Commands.Tokenizer;

/// <summary><c>olmo tokenizer encode</c>.</summary>
internal sealed class TokenizerEncodeCommand : RunnableCommand
{
    private readonly Option<string> _tokenizer = new("--tokenizer", "-t") { HelpName = "PATH", Description = "tokenizer.json, or a model folder", Required = true };
    private readonly Option<bool> _special = new("--special") { Description = "Take special tokens in the text for what they name" };
    private readonly Argument<string?> _text = new("text") { Description = "The text; standard input if not given", Arity = ArgumentArity.ZeroOrOne };
    private readonly JsonOption _json = new();

    public TokenizerEncodeCommand()
        : base("encode", "Write the ids of a text")
    {
        Add(_text);
        Add(_tokenizer);
        Add(_special);
        Add(_json);
        Examples =
        [
            new("olmo tokenizer encode -t runs/quickstart/tokenizer.json \"Gets the number of elements\"", "See how a text is cut"),
            new("olmo tokenizer encode -t runs/quickstart/tokenizer.json --json < README.md", "Ids as a JSON list"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tokenizer = Tokenization.Tokenizer.Load(arguments.GetRequiredValue(_tokenizer));
        var text = arguments.GetValue(_text) ?? await Console.In.ReadToEndAsync(cancellation);
        var ids = arguments.GetValue(_special) ? tokenizer.EncodeWithSpecialTokens(text) : tokenizer.Encode(text);
        await terminal.Output.WriteLineAsync(arguments.GetValue(_json) ? JsonSerializer.Serialize(ids) : string.Join(' ', ids));
        return ExitCode.Success;
    }
}
