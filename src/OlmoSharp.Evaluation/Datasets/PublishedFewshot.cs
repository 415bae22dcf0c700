using System.Reflection;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Datasets;

/// <summary>The SHA-256 of each published list of few-shot examples, as <see cref="FewshotFile.Sha256"/> gives it; the file <c>fewshot.yaml</c> of this library.</summary>
internal sealed record PublishedFewshot
{
    private static readonly Lazy<PublishedFewshot> Shipped = new(Read);

    /// <summary>Where the lists were published.</summary>
    public required string Origin { get; init; }

    /// <summary>The hashes by id.</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }

    /// <summary>The hash of a list; null for an id that was not published.</summary>
    public static string? HashOf(string id) => Shipped.Value.Sha256.GetValueOrDefault(id);

    private static PublishedFewshot Read()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("fewshot.yaml")!);
        return ConfigReader.ReadText<PublishedFewshot>(reader.ReadToEnd(), "fewshot.yaml");
    }
}
