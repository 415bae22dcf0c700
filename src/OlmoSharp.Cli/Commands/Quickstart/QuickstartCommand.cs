using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Cli.Quickstart;

namespace OlmoSharp.Cli.Commands.Quickstart;

/// <summary><c>olmo quickstart</c>.</summary>
internal sealed class QuickstartCommand : RunnableCommand
{
    private const string Smoke = "smoke";
    private const string Moe = "moe";

    private readonly Option<string> _run = new("--run") { HelpName = "DIR", Description = "Folder of everything that is made", DefaultValueFactory = _ => Path.Combine("runs", "quickstart") };
    private readonly Option<string> _size = new("--size") { HelpName = "SIZE", Description = "small, medium or large", DefaultValueFactory = _ => "small" };
    private readonly Option<string> _model = new("--model") { HelpName = "KIND", Description = "dense (OLMo 2) or moe (OLMoE, a sparse mixture of experts)", DefaultValueFactory = _ => "dense" };
    private readonly Option<double> _minutes = new("--minutes") { HelpName = "N", Description = "Time for the whole, with this machine's speed measured first", DefaultValueFactory = _ => 10 };
    private readonly Option<string[]> _text = new("--text") { HelpName = "DIR", Description = "Your own text files instead of the .NET SDK's; may be given several times" };
    private readonly Option<string?> _sdk = new("--sdk") { HelpName = "DIR", Description = "The .NET installation or reference packages to read; found by itself if not given" };
    private readonly Option<bool> _smoke = new("--smoke") { Description = "Every part at the smallest size, in about a minute" };
    private readonly Option<string?> _evaluationData = new("--eval-data") { HelpName = "DIR", Description = "Folder of datasets: evaluate on further tasks, as olmo eval run finds them" };
    private readonly Option<string?> _evaluationFewshot = new("--eval-fewshot") { HelpName = "FILE", Description = "JSON file of few-shot examples by id, for tasks that have some" };
    private readonly Option<string[]> _evaluationTasks = new("--eval-tasks") { HelpName = "TASK", Description = "Those tasks; a few without examples, where there is data, if not given", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on in a folder that is there" };

    public QuickstartCommand()
        : base("quickstart", "Make a language model from nothing: text, tokenizer, training, report")
    {
        Group = CommandGroup.Start;
        _size.AcceptOnlyFromAmong("small", "medium", "large");
        _model.AcceptOnlyFromAmong("dense", Moe);
        Add(_run);
        Add(_size);
        Add(_model);
        Add(_minutes);
        Add(_text);
        Add(_sdk);
        Add(_smoke);
        Add(_evaluationData);
        Add(_evaluationFewshot);
        Add(_evaluationTasks);
        Add(_resume);
        Examples =
        [
            new("olmo quickstart", "A model of the .NET documentation in ten minutes"),
            new("olmo quickstart --model moe", "The same with a sparse mixture of experts"),
            new("olmo quickstart --smoke --run /tmp/smoke", "See every part work, in about a minute"),
            new("olmo quickstart --eval-data eval-data", "With ARC, PIQA and others of which the folder has data"),
            new("olmo quickstart --text ~/notes --minutes 30 --size medium", "A larger model of your own text"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var isSmoke = arguments.GetValue(_smoke);
        var name = isSmoke ? Smoke : arguments.GetRequiredValue(_size);
        var sizes = arguments.GetRequiredValue(_model) == Moe ? QuickstartSize.Sparse : QuickstartSize.Dense;
        var options = new QuickstartOptions(
            arguments.GetRequiredValue(_run),
            sizes.Single(size => size.Name == name),
            arguments.GetValue(_minutes),
            arguments.GetValue(_text) ?? [],
            arguments.GetValue(_sdk),
            isSmoke,
            arguments.GetValue(_evaluationData),
            arguments.GetValue(_evaluationFewshot),
            arguments.GetValue(_evaluationTasks) ?? [],
            arguments.GetValue(_resume));
        await new QuickstartPipeline(options, terminal, cancellation).RunAsync();
        return ExitCode.Success;
    }
}
