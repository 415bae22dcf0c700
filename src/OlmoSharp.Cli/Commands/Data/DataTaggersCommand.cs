using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary><c>olmo data taggers</c>.</summary>
internal sealed class DataTaggersCommand : RunnableCommand
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Argument<string[]> _names = new("name") { Description = "Only these taggers", Arity = ArgumentArity.ZeroOrMore };
    private readonly TaggerAssemblyOption _assemblies = new();
    private readonly JsonOption _json = new();

    public DataTaggersCommand()
        : base("taggers", "List the taggers: what each says, its parameters, and published thresholds")
    {
        Add(_names);
        Add(_assemblies);
        Add(_json);
        Examples =
        [
            new("olmo data taggers", "List all taggers"),
            new("olmo data taggers gopher_v1 --json", "Print one tagger's thresholds for a program"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var catalog = _assemblies.Catalog(arguments, []);
        IReadOnlyCollection<TaggerDescription> taggers =
            arguments.GetValue(_names) is { Length: > 0 } names ? [.. names.Select(catalog.Find)] : catalog.All;
        await terminal.Output.WriteLineAsync(arguments.GetValue(_json) ? Json(taggers) : string.Join('\n', taggers.SelectMany(Lines)));
        return ExitCode.Success;
    }

    private static IEnumerable<string> Lines(TaggerDescription tagger)
    {
        yield return tagger.Name;
        yield return $"  {tagger.Summary}";
        if (tagger.ParameterKeys.Count > 0)
        {
            yield return $"  parameters: {string.Join(", ", tagger.ParameterKeys.Select(parameter => parameter.IsRequired ? $"{parameter.Key} (required)" : parameter.Key))}";
        }

        var width = tagger.Thresholds.Select(threshold => threshold.Type.Length).DefaultIfEmpty(0).Max();
        foreach (var threshold in tagger.Thresholds)
        {
            yield return $"    {threshold.Type.PadRight(width)}  {threshold.Rule}  [{threshold.Source}]";
        }
    }

    private static string Json(IEnumerable<TaggerDescription> taggers) =>
        JsonSerializer.Serialize(taggers.Select(tagger => new { tagger.Name, tagger.Summary, Parameters = tagger.ParameterKeys, tagger.Thresholds }), JsonOptions);
}
