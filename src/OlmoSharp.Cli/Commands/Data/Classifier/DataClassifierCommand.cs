namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary><c>olmo data classifier</c>.</summary>
internal sealed class DataClassifierCommand : OlmoCommand
{
    public DataClassifierCommand()
        : base("classifier", "Train linear classifiers of texts, such as of quality or language, measure them, and score documents")
    {
        Add(new DataClassifierApplyCommand());
        Add(new DataClassifierEvalCommand());
        Add(new DataClassifierTrainCommand());
    }
}
