using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Dataset;
using OlmoSharp.Evaluation.Calmqa.Languages;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa identify</c>.</summary>
internal sealed class CalmqaIdentifyCommand : RunnableCommand
{
    private readonly CalmqaFilesArgument _files = new("Files of the dataset (.json), whose answers are looked at, or any text files");
    private readonly Option<bool> _questions = new("--questions") { Description = "Look at the questions of the dataset, not at the answers" };
    private readonly ProfilesOption _profiles = new();
    private readonly JsonOption _json = new();

    public CalmqaIdentifyCommand()
        : base("identify", "Say what language answers or other texts are in")
    {
        Add(_files);
        Add(_questions);
        Add(_profiles);
        Add(_json);
        Examples =
        [
            new("olmo calmqa identify calmqa/dataset-specific-wolof.json", "Say what language each answer is in, and which it should be in"),
            new("olmo calmqa identify letter.txt notes.txt --json", "Say what language texts are in, as JSON"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var identifier = new LanguageIdentifier(_profiles.Read(arguments));
        var table = new ResultTable(new("text"), new("model"), new("expected"), new("found"), new("language"), new("confidence", IsNumber: true), new("nearest"));
        foreach (var (name, model, expected, text) in arguments.GetRequiredValue(_files).SelectMany(path => Texts(path, arguments.GetValue(_questions))))
        {
            cancellation.ThrowIfCancellationRequested();
            var guess = identifier.Identify(text);
            table.Add(name, model, expected, guess.Code, guess.Name, guess.Confidence, guess.Nearest);
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }

    private static IEnumerable<(string Name, string? Model, string? Expected, string Text)> Texts(string path, bool questions)
    {
        if (!path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            return [(path, null, null, File.ReadAllText(path))];
        }

        var entries = CalmqaFile.Read(path).Entries;
        return questions
            ? entries.SelectMany(entry => entry.Question.Translations.Values.Select(text => (entry.Question.Name, (string?)null, Code(text.Language), text.Text)))
            : entries.SelectMany(entry => entry.Answers.Select(answer => (answer.Name, (string?)answer.Model, Code(answer.Language), answer.Text)));
    }

    private static string? Code(string language) => CalmqaLanguage.TryFind(language)?.Code ?? language;
}
