using System.CommandLine;
using OlmoSharp.Inference.Engines;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary>What computes.</summary>
internal sealed class EngineOption : Option<string>
{
    private const string Torch = "torch";

    public EngineOption()
        : base("--engine")
    {
        HelpName = "ENGINE";
        Description = "native: our own CPU kernels on the weights as the files have them; torch: libtorch in float32";
        DefaultValueFactory = _ => "native";
        this.AcceptOnlyFromAmong("native", Torch);
    }

    /// <summary>The engine of a command line.</summary>
    public EngineKind Read(ParseResult arguments) => arguments.GetRequiredValue(this) == Torch ? EngineKind.Torch : EngineKind.Native;
}
