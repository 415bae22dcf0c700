using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Evaluation.Calmqa.Dataset;

namespace OlmoSharp.Cli.Commands.Calmqa;

/// <summary><c>olmo calmqa languages</c>.</summary>
internal sealed class CalmqaLanguagesCommand : RunnableCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Show the languages that others are told from too" };
    private readonly ProfilesOption _profiles = new();
    private readonly JsonOption _json = new();

    public CalmqaLanguagesCommand()
        : base("languages", "Say how well the language check finds each language in held-out text")
    {
        Add(_all);
        Add(_profiles);
        Add(_json);
        Examples =
        [
            new("olmo calmqa languages", "Show precision and recall of the 23 languages"),
            new("olmo calmqa languages --all --json", "Print them of all languages for a program"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var profiles = _profiles.Read(arguments).Languages.ToDictionary(language => language.Code);
        var table = new ResultTable(
            new("language"), new("code"), new("letters", IsNumber: true), new("texts", IsNumber: true), new("recall", IsNumber: true), new("precision", IsNumber: true), new("long texts", IsNumber: true),
            new("long recall", IsNumber: true), new("long precision", IsNumber: true), new("text from"));
        var missing = CalmqaLanguage.All.Where(language => !profiles.ContainsKey(language.Code)).ToArray();
        var shown = CalmqaLanguage.All.Select(language => (language.Name, language.Code));
        if (arguments.GetValue(_all))
        {
            shown = shown.Concat(profiles.Values.Select(language => (language.Name, language.Code)).Where(pair => CalmqaLanguage.TryFind(pair.Code) is null).OrderBy(pair => pair.Name, StringComparer.Ordinal));
        }

        foreach (var (name, code) in shown)
        {
            var profile = profiles.GetValueOrDefault(code);
            table.Add(
                name, code, profile?.Letters, profile?.Short?.Texts, profile?.Short?.Recall, profile?.Short?.Precision, profile?.Long?.Texts, profile?.Long?.Recall, profile?.Long?.Precision,
                profile is null ? "no text: unchecked" : string.Join(", ", profile.Sources));
        }

        table.Write(terminal, arguments.GetValue(_json));
        if (missing.Length > 0)
        {
            await terminal.Error.WriteLineAsync(
                $"no profile: {string.Join(", ", missing.Select(language => language.Name))}; make one of text (olmo calmqa train-profiles DIR --output FILE) and give it with --profiles FILE");
        }

        return ExitCode.Success;
    }
}
