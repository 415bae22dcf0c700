using OlmoSharp.Cli.Commands.Data.Classifier;
using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data</c>.</summary>
internal sealed class DataCommand : OlmoCommand
{
    public DataCommand()
        : base("data", "Collect text, curate it and encode it into token shards")
    {
        Group = CommandGroup.Data;
        Add(new DataBloomCommand());
        Add(new DataClassifierCommand());
        Add(new DataCollectCommand());
        Add(new DataDecontaminateCommand());
        Add(new DataDedupeCommand());
        Add(new DataInspectCommand());
        Add(new DataMixCommand());
        Add(new DataQueryCommand());
        Add(new DataSplitCommand());
        Add(new DataStatCommand());
        Add(new DataTagCommand());
        Add(new DataTaggersCommand());
        Add(new DataTokensCommand());
        Add(new DataWarcCommand());
    }
}
