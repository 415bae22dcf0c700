using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using OlmoSharp.Data.Configuration;

namespace OlmoSharp.Evaluation.Judging;

/// <summary>Texts for judges, with names in braces.</summary>
internal static partial class JudgeText
{
    /// <summary>Puts values in the places of their names, all at once, so that what an answer has in braces stays.</summary>
    /// <param name="template">The text.</param>
    /// <param name="values">The values by name.</param>
    public static string Fill(string template, IReadOnlyDictionary<string, string> values) => Name.Replace(template, match => values[match.Groups[1].Value]);

    /// <summary>Checks that a text names what it must, and nothing that has no value.</summary>
    /// <param name="template">The text.</param>
    /// <param name="source">Where it is from, for messages.</param>
    /// <param name="key">What it is called there.</param>
    /// <param name="known">All names that have a value.</param>
    /// <param name="needed">Those that it must have.</param>
    /// <exception cref="EvaluationException">It does not.</exception>
    public static void Check(string template, string source, string key, IReadOnlyCollection<string> known, params IReadOnlyCollection<string> needed)
    {
        List<string> names = [.. Name.Matches(template).Select(match => match.Groups[1].Value)];
        if (names.Find(name => !known.Contains(name)) is { } unknown)
        {
            throw new EvaluationException($"{source}: {key} names {{{unknown}}}, but there are only {string.Join(", ", known.Select(name => $"{{{name}}}"))}");
        }

        if (needed.FirstOrDefault(name => !names.Contains(name)) is { } missing)
        {
            throw new EvaluationException($"{source}: {key} must name {{{missing}}}, or the judge does not see it");
        }
    }

    /// <summary>Reads a file of texts, or one that this library brings.</summary>
    /// <param name="path">The file; null for the library's own.</param>
    /// <param name="own">The name of the library's own.</param>
    /// <exception cref="ConfigException">It cannot be read, or has unknown keys or wrong values.</exception>
    public static T Read<T>(string? path, string own)
        where T : notnull
    {
        if (path is not null)
        {
            return ConfigReader.Read<T>(path);
        }

        using var reader = new StreamReader(typeof(JudgeText).Assembly.GetManifestResourceStream(own)!);
        return ConfigReader.ReadText<T>(reader.ReadToEnd(), own);
    }

    /// <summary>The first 16 hexadecimal digits of the SHA-256 of texts; the length before each keeps their borders.</summary>
    public static string Hash(params IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(texts.Select(text => $"{text.Length}:{text}")))))[..16];

    [GeneratedRegex(@"\{([a-z_]+)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }
}
