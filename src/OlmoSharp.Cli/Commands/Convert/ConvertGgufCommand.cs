using System.CommandLine;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Cli.Commands.Convert;

/// <summary><c>olmo convert gguf</c>.</summary>
internal sealed class ConvertGgufCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "DIR", Description = "A model folder or checkpoint", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "The GGUF file to write", Required = true };
    private readonly Option<string> _type = new("--type", "-t")
    {
        HelpName = "TYPE", Description = $"How to store matrices: {string.Join(", ", GgufFileType.All.Select(type => type.Name))}", DefaultValueFactory = _ => "f16",
    };

    public ConvertGgufCommand()
        : base("gguf", "Convert a model folder to one GGUF file for llama.cpp")
    {
        Add(_model);
        Add(_output);
        Add(_type);
        Examples = [new("olmo convert gguf --model runs/quickstart/soup --output soup.gguf --type q4_k_m", "About 5 bits a weight; q8_0 takes 8.5 and loses next to nothing")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        GgufExport.Write(arguments.GetRequiredValue(_model), output, GgufFileType.Parse(arguments.GetRequiredValue(_type)));
        await terminal.Output.WriteLineAsync(output);
        return ExitCode.Success;
    }
}
