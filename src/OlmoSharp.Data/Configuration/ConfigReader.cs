using System.ComponentModel.DataAnnotations;
using System.Text;

namespace OlmoSharp.Data.Configuration;

/// <summary>
/// Reads a YAML or JSON config into typed records, checked whole: every problem is found before any work starts.
/// </summary>
/// <remarks>
/// A key is the property's name in snake_case (or its <c>JsonPropertyName</c>). A property is required when declared <c>required</c> or when it is a
/// constructor parameter without a default; every other keeps its default where the config says nothing, nested records key by key. Values are texts,
/// true and false, numbers (<c>1e9</c> and <c>500_000</c> too), enumerations in snake_case, records, lists, dictionaries with text keys, and
/// <see cref="ConfigSection"/>s, which are read later. A list marked <see cref="OneOrManyAttribute"/> may be written as its only item.
/// YAML's anchors and merge keys (<c>&lt;&lt;: *base</c>) work, and <c>${oc.env:NAME}</c> is an environment variable.
/// Limits are <see cref="ValidationAttribute"/>s such as <see cref="RangeAttribute"/>; rules across keys are an <see cref="IValidatableObject"/>.
/// Both are of the base library, so that a record needs nothing of this one.
/// </remarks>
public static class ConfigReader
{
    /// <summary>Reads a config file.</summary>
    /// <typeparam name="T">The record to make.</typeparam>
    /// <param name="path">The file: UTF-8, YAML or JSON. Paths inside it are the caller's to resolve.</param>
    /// <param name="overrides">Assignments such as <c>optimizer.learning_rate=1e-3</c> or <c>sources[0].weight=2</c>, applied in order; the value is YAML.</param>
    /// <exception cref="ConfigException">The file cannot be read, or the config has problems; the message lists all of them with their places.</exception>
    public static T Read<T>(string path, IEnumerable<string>? overrides = null)
        where T : notnull
    {
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            var reason = e switch
            {
                FileNotFoundException or DirectoryNotFoundException => "no such config file",
                DecoderFallbackException => "the config is not UTF-8 text; save it as UTF-8",
                _ => e.Message,
            };
            throw new ConfigException(path, [new ConfigProblem(new ConfigPlace(path, 0, 0), "", reason)]);
        }

        return ReadText<T>(text.TrimStart('\uFEFF'), path, overrides);
    }

    /// <summary>Reads a config from text.</summary>
    /// <typeparam name="T">The record to make.</typeparam>
    /// <param name="text">YAML or JSON; an empty text is a config without keys.</param>
    /// <param name="source">What to call the text in messages.</param>
    /// <param name="overrides">As for <see cref="Read{T}"/>.</param>
    /// <param name="variables">Values of <c>${oc.env:NAME}</c> that count before those of the environment.</param>
    /// <exception cref="ConfigException">The config has problems; the message lists all of them with their places.</exception>
    public static T ReadText<T>(string text, string source, IEnumerable<string>? overrides = null, IReadOnlyDictionary<string, string>? variables = null)
        where T : notnull
    {
        var problems = new List<ConfigProblem>();
        var root = ConfigParser.ParseFile(text, source, problems, variables);
        object? config = null;
        if (root is not null)
        {
            root = (overrides ?? []).Aggregate(root, (node, assignment) => ConfigOverride.Apply(node, assignment, problems));
            config = new ConfigBinder(problems).BindRecord(typeof(T), root, "", null);
        }

        return problems.Count == 0 ? (T)config! : throw new ConfigException(source, problems);
    }
}
