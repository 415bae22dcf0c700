using System.CommandLine;
using System.Globalization;
using OlmoSharp.Inference;
using OlmoSharp.Inference.Constraints;
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
    private readonly Option<double> _minP = new("--min-p") { HelpName = "P", Description = "Choose among tokens at least P times as probable as the first; 0: all" };
    private readonly Option<double> _repetition = new("--repetition-penalty") { HelpName = "R", Description = "Divide the scores of tokens seen before by R; 1: no penalty", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _presence = new("--presence-penalty") { HelpName = "A", Description = "Lower the scores of tokens generated before by A" };
    private readonly Option<double> _frequency = new("--frequency-penalty") { HelpName = "A", Description = "Lower the score of a token by A for each time it was generated" };
    private readonly Option<string[]> _bias = new("--logit-bias") { HelpName = "ID=B", Description = "Add B to the score of a token; -inf forbids it; may be given several times" };
    private readonly Option<string[]> _stop = new("--stop") { HelpName = "TEXT", Description = "End before this text; may be given several times" };
    private readonly Option<int[]> _stopIds = new("--stop-id") { HelpName = "ID", Description = "End before this token; may be given several times" };
    private readonly Option<string?> _schema = new("--json-schema") { HelpName = "FILE", Description = "Write JSON that this JSON schema describes" };
    private readonly Option<string?> _grammar = new("--grammar") { HelpName = "FILE", Description = "Write text of this grammar, in llama.cpp's notation (GBNF)" };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "The same seed gives the same text" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _maximumTokens, _temperature, _topK, _topP, _minP, _repetition, _presence, _frequency, _bias, _stop, _stopIds, _schema, _grammar, _seed })
        {
            command.Add(option);
        }
    }

    /// <summary>The options of a command line.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="tokenizer">The model's.</param>
    public GenerationOptions Read(ParseResult arguments, OlmoSharp.Tokenization.Tokenizer tokenizer) => new()
    {
        MaximumTokens = arguments.GetValue(_maximumTokens),
        StopStrings = arguments.GetValue(_stop) ?? [],
        StopIds = arguments.GetValue(_stopIds) ?? [],
        Constraint = Constraint(arguments, tokenizer),
        Sampling = new SamplingOptions
        {
            Temperature = arguments.GetValue(_temperature),
            TopK = arguments.GetValue(_topK),
            TopP = arguments.GetValue(_topP),
            MinP = arguments.GetValue(_minP),
            RepetitionPenalty = arguments.GetValue(_repetition),
            PresencePenalty = arguments.GetValue(_presence),
            FrequencyPenalty = arguments.GetValue(_frequency),
            LogitBias = (arguments.GetValue(_bias) ?? []).Select(Bias).ToDictionary(),
            Seed = arguments.GetValue(_seed),
        },
    };

    /// <summary>All that the text depends on beside model and prompt, as one line.</summary>
    public string Describe(ParseResult arguments)
    {
        var constraint = (arguments.GetValue(_schema) ?? arguments.GetValue(_grammar)) is { } path ? File.ReadAllText(path) : "";
        object?[] values =
        [
            arguments.GetValue(_maximumTokens), arguments.GetValue(_temperature), arguments.GetValue(_topK), arguments.GetValue(_topP), arguments.GetValue(_minP),
            arguments.GetValue(_repetition), arguments.GetValue(_presence), arguments.GetValue(_frequency), arguments.GetValue(_bias), arguments.GetValue(_stop),
            arguments.GetValue(_stopIds), constraint, arguments.GetValue(_seed),
        ];
        return System.Text.Json.JsonSerializer.Serialize(values);
    }

    private OutputConstraint? Constraint(ParseResult arguments, OlmoSharp.Tokenization.Tokenizer tokenizer) => (arguments.GetValue(_schema), arguments.GetValue(_grammar)) switch
    {
        (null, null) => null,
        ({ } schema, null) => OutputConstraint.JsonSchema(File.ReadAllText(schema), tokenizer),
        (null, { } grammar) => OutputConstraint.Grammar(File.ReadAllText(grammar), tokenizer),
        _ => throw new InferenceException("--json-schema and --grammar exclude each other; give one"),
    };

    private static KeyValuePair<int, double> Bias(string text)
    {
        var parts = text.Split('=');
        if (parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            if (parts[1] == "-inf")
            {
                return new(id, double.NegativeInfinity);
            }

            if (double.TryParse(parts[1], CultureInfo.InvariantCulture, out var bias))
            {
                return new(id, bias);
            }
        }

        throw new InferenceException($"--logit-bias is '{text}', but must be a token id and a number, such as 17=-2.5");
    }
}
