using System.CommandLine;
using System.Globalization;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Cli.Commands.Tokenizer;

/// <summary><c>olmo tokenizer convert</c>.</summary>
internal sealed class TokenizerConvertCommand : RunnableCommand
{
    private readonly Argument<string> _ranks = new("file") { Description = "A rank file of tiktoken (.tiktoken)" };
    private readonly Option<PreTokenPattern> _pattern = new("--pattern")
    {
        HelpName = "NAME", Description = "How text is split: gpt2, cl100k or o200k", Required = true,
    };

    private readonly Option<string[]> _special = new("--special")
    {
        HelpName = "TOKEN[=ID]", Description = "A special token; without an id, it gets the next one after the largest; may be repeated", DefaultValueFactory = _ => [],
    };

    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write tokenizer.json", Required = true };

    public TokenizerConvertCommand()
        : base("convert", "Make a tokenizer.json with the ids of a tiktoken rank file")
    {
        _pattern.AcceptOnlyFromAmong("gpt2", "cl100k", "o200k");
        Add(_ranks);
        Add(_pattern);
        Add(_special);
        Add(_output);
        Examples =
        [
            new(
                "olmo tokenizer convert cl100k_base.tiktoken --pattern cl100k --special \"<|endoftext|>=100257\" --special \"<|pad|>=100277\" -o tokenizer.json",
                "GPT-4's tokens with OLMo 2's special ones"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tokenizer = Tokenization.Tokenizer.LoadTiktoken(
            arguments.GetRequiredValue(_ranks), arguments.GetValue(_pattern), [.. arguments.GetRequiredValue(_special).Select(SpecialToken)]);
        var output = arguments.GetRequiredValue(_output);
        tokenizer.Save(output);
        await terminal.Output.WriteLineAsync($"{output}: {tokenizer.VocabularySize} ids, SHA-256 {tokenizer.Sha256}");
        return ExitCode.Success;
    }

    private static KeyValuePair<string, int?> SpecialToken(string text)
        => text.LastIndexOf('=') is var equals and > 0 && int.TryParse(text.AsSpan(equals + 1), CultureInfo.InvariantCulture, out var id)
            ? new(text[..equals], id)
            : new(text, null);
}
