using System.CommandLine;
using System.CommandLine.Help;
using OlmoSharp.Cli.Commands.Calmqa;
using OlmoSharp.Cli.Commands.Completion;
using OlmoSharp.Cli.Commands.Convert;
using OlmoSharp.Cli.Commands.Data;
using OlmoSharp.Cli.Commands.Eval;
using OlmoSharp.Cli.Commands.Generate;
using OlmoSharp.Cli.Commands.Logits;
using OlmoSharp.Cli.Commands.Model;
using OlmoSharp.Cli.Commands.Quickstart;
using OlmoSharp.Cli.Commands.Report;
using OlmoSharp.Cli.Commands.Serve;
using OlmoSharp.Cli.Commands.Tokenizer;
using OlmoSharp.Cli.Commands.Train;
using OlmoSharp.Cli.Commands.Upcycle;
using OlmoSharp.Cli.Help;

namespace OlmoSharp.Cli;

/// <summary>The root of the command line: every command is listed here.</summary>
internal sealed class RootOlmoCommand : RootCommand
{
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show where in the program an error arose", Recursive = true };

    public RootOlmoCommand()
        : base("OlmoSharp: the whole life of a fully open language model, from text to answers, in .NET.")
    {
        Add(_verbose);
        Add(new QuickstartCommand());
        Add(new DataCommand());
        Add(new TokenizerCommand());
        Add(new TrainCommand());
        Add(new ModelCommand());
        Add(new UpcycleCommand());
        Add(new GenerateCommand());
        Add(new ChatCommand());
        Add(new ServeCommand());
        Add(new LogitsCommand());
        Add(new ConvertCommand());
        Add(new EvalCommand());
        Add(new CalmqaCommand());
        Add(new ReportCommand());
        Add(new CompletionCommand());

        Options.Remove(Options.OfType<HelpOption>().Single());
        Add(new HelpOption("--help", "-h") { Description = "Show this help", Action = new HelpTextAction() });
        SetAction(arguments => HelpText.Write(this, Terminal.Of(arguments).Output));
    }

    public bool IsVerbose(ParseResult arguments) => arguments.GetValue(_verbose);
}
