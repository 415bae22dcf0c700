using System.CommandLine;

namespace OlmoSharp.Cli.Commands.Tokenizer;

/// <summary><c>olmo tokenizer decode</c>.</summary>
internal sealed class TokenizerDecodeCommand : RunnableCommand
{
    private readonly Option<string> _tokenizer = new("--tokenizer", "-t") { HelpName = "PATH", Description = "tokenizer.json, or a model folder", Required = true };
    private readonly Argument<int[]> _ids = new("ids") { Description = "Token ids", Arity = ArgumentArity.OneOrMore };

    public TokenizerDecodeCommand()
        : base("decode", "Write the text of ids")
    {
        Add(_ids);
        Add(_tokenizer);
        Examples = [new("olmo tokenizer decode -t runs/quickstart/tokenizer.json 312 287 1045", "See what ids stand for")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var tokenizer = Tokenization.Tokenizer.Load(arguments.GetRequiredValue(_tokenizer));
        var ids = arguments.GetRequiredValue(_ids);
        foreach (var id in ids)
        {
            if (id < 0 || id >= tokenizer.VocabularySize)
            {
                throw new Tokenization.TokenizerException($"{id} is no id of this tokenizer; ids are 0 to {tokenizer.VocabularySize - 1}");
            }
        }

        await terminal.Output.WriteLineAsync(tokenizer.Decode(ids));
        return ExitCode.Success;
    }
}
