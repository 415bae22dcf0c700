namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data bloom</c>.</summary>
internal sealed class DataBloomCommand : OlmoCommand
{
    public DataBloomCommand()
        : base("bloom", "Look into the Bloom filters of dedupe, and merge them")
    {
        Add(new DataBloomInfoCommand());
        Add(new DataBloomMergeCommand());
    }
}
