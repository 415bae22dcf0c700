using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using OlmoSharp.Data.Documents;
using OlmoSharp.Evaluation.Models;
using OlmoSharp.Evaluation.Perplexity;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>A model's results: the file <c>results.json</c> of a folder, beside <c>predictions/TASK.jsonl</c>.</summary>
public sealed record EvaluationResults
{
    private const string FileName = "results.json";

    /// <summary>How results are written and read.</summary>
    internal static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The same in lines.</summary>
    internal static readonly JsonSerializerOptions Indented = new(Options) { WriteIndented = true, NewLine = "\n" };

    private static readonly JsonSerializerOptions Lines = new(Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>When they were made, in UTC.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The version of OlmoSharp.</summary>
    public required string Version { get; init; }

    /// <summary>The model.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>How the model was asked.</summary>
    public required IReadOnlyDictionary<string, string> ModelSettings { get; init; }

    /// <summary>The tasks.</summary>
    public required IReadOnlyList<TaskResult> Tasks { get; init; }

    /// <summary>The suites.</summary>
    public required IReadOnlyList<SuiteResult> Suites { get; init; }

    /// <summary>Perplexities by source and subdomain; null where no task asks for the likelihood of whole texts.</summary>
    public PerplexityReport? Perplexity { get; init; }

    /// <summary>Tokens that this run's requests would have taken one by one; those that the log knew are not among them.</summary>
    public long TokensAsked { get; init; }

    /// <summary>Tokens that were computed for them.</summary>
    public long TokensComputed { get; init; }

    /// <summary>Seconds that the model worked.</summary>
    public double Seconds { get; init; }

    /// <summary>The version that writes.</summary>
    internal static string OwnVersion => typeof(EvaluationResults).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>Writes the results into a folder; the file takes its name when it is whole.</summary>
    /// <param name="folder">The folder.</param>
    public void Write(string folder) => AtomicFile.WriteAllText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, Indented) + "\n");

    /// <summary>Reads a folder's results.</summary>
    /// <param name="folder">The folder, or the file itself.</param>
    /// <exception cref="EvaluationException">There are none, or the file is damaged.</exception>
    public static EvaluationResults Read(string folder)
    {
        var path = File.Exists(folder) ? folder : Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<EvaluationResults>(File.ReadAllText(path), Options)!;
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: no results can be read here ({error.Message}); give the --output folder of olmo eval run", error);
        }
    }

    /// <summary>Writes the documents' scores of a task.</summary>
    internal static void WriteInstances(string folder, string task, IEnumerable<InstanceScore> instances) =>
        WriteLines(InstancePath(folder, task), instances);

    /// <summary>Writes documents' scores into a file.</summary>
    internal static void WriteLines(string path, IEnumerable<InstanceScore> instances) =>
        AtomicFile.WriteAllText(path, string.Concat(instances.Select(instance => JsonSerializer.Serialize(instance, Lines) + "\n")));

    /// <summary>Reads the documents' scores of a task.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="task">The task's full name.</param>
    /// <exception cref="EvaluationException">There are none, or a line is damaged.</exception>
    public static IReadOnlyList<InstanceScore> ReadInstances(string folder, string task) => ReadLines(ScoresPath(folder, task));

    /// <summary>Reads of the documents' scores of a task what a comparison needs.</summary>
    /// <param name="folder">The folder of the results.</param>
    /// <param name="task">The task's full name.</param>
    /// <param name="metrics">The metrics that are wanted.</param>
    /// <exception cref="EvaluationException">There are none, or a line is damaged.</exception>
    internal static IReadOnlyList<InstanceScore> ReadInstances(string folder, string task, IReadOnlyList<string> metrics) => InstanceLines.Read(ScoresPath(folder, task), metrics);

    /// <summary>Reads documents' scores from a file.</summary>
    internal static IReadOnlyList<InstanceScore> ReadLines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<InstanceScore>(line, Lines)!)];
        }
        catch (Exception error) when (error is IOException or JsonException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"{path}: the documents' scores cannot be read ({error.Message}); run the evaluation again", error);
        }
    }

    /// <summary>A task's name in names of files: a colon cannot be in them everywhere.</summary>
    internal static string FileStem(string task) => task.Replace("::", "--", StringComparison.Ordinal).Replace(':', '-').Replace('/', '-').Replace('\\', '-');

    private static string ScoresPath(string folder, string task) => InstancePath(File.Exists(folder) ? Path.GetDirectoryName(folder)! : folder, task);

    private static string InstancePath(string folder, string task) => Path.Combine(folder, "predictions", FileStem(task) + ".jsonl");
}
