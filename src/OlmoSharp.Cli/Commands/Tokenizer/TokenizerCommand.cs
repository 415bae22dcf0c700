using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Tokenizer;

/// <summary><c>olmo tokenizer</c>.</summary>
internal sealed class TokenizerCommand : OlmoCommand
{
    public TokenizerCommand()
        : base("tokenizer", "Train or convert a byte-level BPE tokenizer, encode and decode")
    {
        Group = CommandGroup.Data;
        Add(new TokenizerTrainCommand());
        Add(new TokenizerEncodeCommand());
        Add(new TokenizerDecodeCommand());
        Add(new TokenizerConvertCommand());
    }
}
