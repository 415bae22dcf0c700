using System.CommandLine;
using System.Globalization;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary>The options that say how a classifier is trained.</summary>
internal sealed class ClassifierTrainingOptions
{
    private static readonly ClassifierTraining Defaults = new();

    private readonly Option<int> _dimensions = Count("--dimensions", "Numbers in the vector of a word or n-gram", Defaults.Dimensions, 1, 4096);
    private readonly Option<int> _wordNGrams = Count("--word-ngrams", "The longest sequence of words that is looked at", Defaults.WordNGrams, 1, 16);
    private readonly Option<int> _minChars = Count("--min-chars", "The shortest sequence of characters that is looked at inside words", Defaults.MinChars, 0, 32);
    private readonly Option<int> _maxChars = Count("--max-chars", "The longest; 0 for none", Defaults.MaxChars, 0, 32);
    private readonly Option<int> _buckets = Count("--buckets", "How many vectors all sequences share", Defaults.Buckets, 1, 1 << 28);
    private readonly Option<int> _minCount = Count("--min-count", "Leave out words that are rarer than this", Defaults.MinCount, 1, int.MaxValue);
    private readonly Option<int> _epochs = Count("--epochs", "How often to learn from each text", Defaults.Epochs, 1, 100_000);
    private readonly Option<double> _learningRate = new("--learning-rate") { HelpName = "RATE", Description = "The size of the first step; it falls to 0", DefaultValueFactory = _ => Defaults.LearningRate };
    private readonly Option<long> _seed = new("--seed") { HelpName = "N", Description = "Decides first vectors and the order of texts", DefaultValueFactory = _ => Defaults.Seed };
    private readonly Option<bool> _lowerCase = new("--lower-case") { Description = "Make texts lower case, here and wherever the model is used" };

    /// <summary>Adds the options to a command.</summary>
    public ClassifierTrainingOptions(Command command)
    {
        _learningRate.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var rate) && !(rate is > 0 and <= 100))
            {
                result.AddError("--learning-rate must be more than 0 and at most 100");
            }
        });
        foreach (var option in new Option[] { _dimensions, _wordNGrams, _minChars, _maxChars, _buckets, _minCount, _epochs, _learningRate, _seed, _lowerCase })
        {
            command.Add(option);
        }
    }

    /// <summary>What a command line asks for.</summary>
    public ClassifierTraining Training(ParseResult arguments) => new()
    {
        Dimensions = arguments.GetValue(_dimensions),
        WordNGrams = arguments.GetValue(_wordNGrams),
        MinChars = arguments.GetValue(_minChars),
        MaxChars = arguments.GetValue(_maxChars),
        Buckets = arguments.GetValue(_buckets),
        MinCount = arguments.GetValue(_minCount),
        Epochs = arguments.GetValue(_epochs),
        LearningRate = arguments.GetValue(_learningRate),
        Seed = arguments.GetValue(_seed),
        LowerCase = arguments.GetValue(_lowerCase),
    };

    private static Option<int> Count(string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value) && (value < least || value > most))
            {
                result.AddError(most == int.MaxValue ? $"{name} must be at least {least}" : $"{name} must be from {least} to {most}");
            }
        });
        return option;
    }
}
