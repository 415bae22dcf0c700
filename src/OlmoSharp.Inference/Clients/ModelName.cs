using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Inference.Clients;

/// <summary>What models are called in answers.</summary>
public static class ModelName
{
    /// <summary>Who answers.</summary>
    internal const string Provider = "olmosharp";

    /// <summary>A model without a name.</summary>
    public const string Default = "olmo";

    /// <summary>The name of a model's folder, or of its file without <c>.gguf</c>.</summary>
    /// <param name="path">The model.</param>
    public static string Of(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return GgufFile.IsNamedSo(name) ? Path.GetFileNameWithoutExtension(name) : name.Length > 0 ? name : Default;
    }
}
