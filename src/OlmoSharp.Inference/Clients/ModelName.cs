namespace OlmoSharp.Inference.Clients;

/// <summary>What models are called in answers.</summary>
internal static class ModelName
{
    /// <summary>Who answers.</summary>
    public const string Provider = "olmosharp";

    /// <summary>A model without a name.</summary>
    public const string Default = "olmo";

    /// <summary>The name of a model's folder or file.</summary>
    public static string Of(string path) => Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))) is { Length: > 0 } name ? name : Default;
}
