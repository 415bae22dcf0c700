using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Cli.Commands.Train;

/// <summary><c>olmo train</c>.</summary>
internal sealed class TrainCommand : RunnableCommand
{
    private readonly Argument<string> _config = new("config") { HelpName = "CONFIG", Description = "The run as YAML" };
    private readonly SetOption _set = new();
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the run's last checkpoint" };

    public TrainCommand()
        : base("train", "Train a model as a config says")
    {
        Group = CommandGroup.Training;
        Add(_config);
        Add(_set);
        Add(_resume);
        Add(new TrainInspectCommand());
        Examples =
        [
            new("olmo train recipes/quickstart.yaml", "Train; Ctrl-C saves a checkpoint and stops"),
            new("olmo train recipes/quickstart.yaml --resume", "Go on where it stopped, to the same bits"),
            new("olmo train recipes/quickstart.yaml --set optimizer.learning_rate=1e-3 --set run=runs/other", "Change the config on the command line"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var config = ConfigReader.Read<TrainConfig>(arguments.GetRequiredValue(_config), arguments.GetValue(_set));
        var checkpoint = await TrainingJob.RunAsync(terminal, "Training", config, arguments.GetValue(_resume), cancellation);
        await terminal.Output.WriteLineAsync(checkpoint);
        return ExitCode.Success;
    }
}
