using System.CommandLine;
using OlmoSharp.Cli.Help;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Cli;

/// <summary>Says in one line what is wrong with a command line, and what was probably meant.</summary>
internal static class UsageError
{
    public static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var help = $"see '{HelpText.FullName(command)} --help'";
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var kind = unknown.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
            var known = kind == "option" ? OptionNames(command) : command.Subcommands.Select(child => child.Name);
            return $"unknown {kind} '{unknown}'; {(NearestName.Find(unknown, known) is { } nearest ? $"did you mean '{nearest}'?" : help)}";
        }

        if (command.Subcommands.Count > 0 && command.Action is null)
        {
            return $"'{HelpText.FullName(command)}' needs a command: {string.Join(", ", command.Subcommands.Select(child => child.Name))}";
        }

        var words = parsed.Errors[0].Message.TrimEnd('.').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var message = string.Join(' ', words);
        return $"{char.ToLowerInvariant(message[0])}{message[1..]}; {help}";
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        HelpText.Ancestry(command).SelectMany(ancestor => ancestor.Options.Where(option => option.Recursive || ancestor == command)).Select(option => option.Name);
}
