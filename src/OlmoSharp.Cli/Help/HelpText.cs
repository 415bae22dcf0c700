using System.CommandLine;
using OlmoSharp.Cli.Commands;

namespace OlmoSharp.Cli.Help;

/// <summary>Writes the help of a command. Plain text, and nothing loaded for it, so that it is there at once.</summary>
internal static class HelpText
{
    private const int Width = 100;

    public static void Write(Command command, TextWriter output)
    {
        var name = FullName(command);
        output.WriteLine(command.Description);
        output.WriteLine();
        output.WriteLine($"Usage: {name}{Usage(command)}");
        WriteSubcommands(command, output);
        WriteRows("Arguments", command.Arguments.Where(argument => !argument.Hidden).Select(argument => ($"<{NameOf(argument)}>", (string?)argument.Description)), output);
        WriteRows("Options", OptionsOf(command).Select(option => (NameOf(option), (string?)DescriptionOf(option))), output);
        WriteExamples(command, output);
        if (command.Subcommands.Count > 0)
        {
            output.WriteLine();
            output.WriteLine($"'{name} <command> --help' explains a command and shows examples.");
        }
    }

    /// <summary>The command as one types it, such as <c>olmo report build</c>.</summary>
    public static string FullName(Command command) =>
        string.Join(' ', Ancestry(command).Reverse().Select(ancestor => ancestor is RootCommand ? "olmo" : ancestor.Name));

    /// <summary>The command and those above it, up to the root.</summary>
    public static IEnumerable<Command> Ancestry(Command command)
    {
        for (var current = command; current is not null; current = current.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return current;
        }
    }

    private static string Usage(Command command) =>
        (command.Subcommands.Count > 0 ? " <command>" : "")
        + string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument =>
            argument.Arity.MinimumNumberOfValues > 0 ? $" <{NameOf(argument)}>" : $" [<{NameOf(argument)}>]"))
        + string.Concat(command.Options.Where(option => option.Required).Select(option => $" {option.Name} {option.HelpName}"))
        + " [options]";

    private static void WriteSubcommands(Command command, TextWriter output)
    {
        var groups = command.Subcommands.Where(child => !child.Hidden)
            .GroupBy(child => command is RootCommand ? Title(((OlmoCommand)child).Group) : "Commands", (title, children) => (title, children.ToList()))
            .OrderBy(group => ((OlmoCommand)group.Item2[0]).Group);
        foreach (var (title, children) in groups)
        {
            WriteRows(title, children.Select(child => (child.Name, child.Description)), output);
        }
    }

    private static void WriteExamples(Command command, TextWriter output)
    {
        if (command is OlmoCommand { Examples: { Count: > 0 } examples })
        {
            output.WriteLine();
            output.WriteLine("Examples");
            foreach (var example in examples)
            {
                output.WriteLine($"  # {example.Effect}");
                output.WriteLine($"  {example.CommandLine}");
            }
        }
    }

    private static void WriteRows(string title, IEnumerable<(string Name, string? Description)> rows, TextWriter output)
    {
        var list = rows.ToList();
        if (list.Count == 0)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine(title);
        var column = Math.Min(34, list.Max(row => row.Name.Length)) + 4;
        foreach (var (name, description) in list)
        {
            var lines = Wrap(description ?? "", Width - column).ToList();
            output.WriteLine($"  {(name + "  ").PadRight(column - 2)}{lines[0]}".TrimEnd());
            foreach (var line in lines.Skip(1))
            {
                output.WriteLine(new string(' ', column) + line);
            }
        }
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    /// <summary>The command's own options first, then those it has from above.</summary>
    private static IEnumerable<Option> OptionsOf(Command command) =>
        from ancestor in Ancestry(command)
        from option in ancestor.Options
        where !option.Hidden && (ancestor == command || option.Recursive)
        select option;

    private static string NameOf(Argument argument) => argument.HelpName ?? argument.Name;

    private static string NameOf(Option option)
    {
        var names = string.Join(", ", option.Aliases.Where(alias => alias.StartsWith('-') && alias != "-?").OrderBy(alias => alias.Length).Append(option.Name));
        return option.HelpName is null ? names : $"{names} {option.HelpName}";
    }

    private static string DescriptionOf(Option option)
    {
        var isSet = option.HasDefaultValue && option.ValueType != typeof(bool) && option.GetDefaultValue() is not (null or System.Collections.ICollection);
        return option.Description + (option.Required ? " (required)" : isSet ? FormattableString.Invariant($" (default: {option.GetDefaultValue()})") : "");
    }

    private static string Title(CommandGroup group) => group switch
    {
        CommandGroup.Start => "Start here",
        CommandGroup.Data => "Text, tokenizers and token shards",
        CommandGroup.Training => "Train",
        CommandGroup.Inference => "Use a model",
        CommandGroup.Analysis => "Look at runs and into models",
        _ => "This tool",
    };
}
