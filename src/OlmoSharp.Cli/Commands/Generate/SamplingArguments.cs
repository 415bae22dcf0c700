using System.CommandLine;
using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary>The options of every command that generates text.</summary>
internal sealed class SamplingArguments
{
    private readonly Option<int> _maximumTokens = new("--max-tokens") { HelpName = "N", Description = "Most tokens to generate", DefaultValueFactory = _ => 128 };
    private readonly Option<double> _temperature = new("--temperature") { HelpName = "T", Description = "0 always takes the most probable token", DefaultValueFactory = _ => 0.7 };
    private readonly Option<int> _topK = new("--top-k") { HelpName = "K", Description = "Choose among the K most probable tokens; 0: all" };
    private readonly Option<double> _topP = new("--top-p") { HelpName = "P", Description = "Choose among the most probable tokens that add up to P", DefaultValueFactory = _ => 0.95 };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "The same seed gives the same text" };

    public void AddTo(Command command)
    {
        command.Add(_maximumTokens);
        command.Add(_temperature);
        command.Add(_topK);
        command.Add(_topP);
        command.Add(_seed);
    }

    public GenerationOptions Read(ParseResult arguments) => new()
    {
        MaximumTokens = arguments.GetValue(_maximumTokens),
        Sampling = new SamplingOptions
        {
            Temperature = arguments.GetValue(_temperature),
            TopK = arguments.GetValue(_topK),
            TopP = arguments.GetValue(_topP),
            Seed = arguments.GetValue(_seed),
        },
    };
}
