using System.IO.Hashing;
using System.Text;
using OlmoSharp.Models.Gguf;

namespace OlmoSharp.Evaluation.Models;

/// <summary>Tells models apart by their files.</summary>
internal static class ModelFiles
{
    private static readonly string[] Patterns = ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "additional_chat_templates/*", "*.safetensors", "*.safetensors.index.json"];

    /// <summary>The XxHash128 of the names and bytes of all files that a model is made of.</summary>
    /// <param name="path">A model folder or a GGUF file.</param>
    /// <exception cref="EvaluationException">There is none.</exception>
    public static string Hash(string path)
    {
        string[] files = GgufFile.IsNamedSo(path)
            ? [path]
            : Directory.Exists(path)
                ? [.. Patterns.Where(pattern => !pattern.Contains('/') || Directory.Exists(Path.Combine(path, Path.GetDirectoryName(pattern)!))).SelectMany(pattern => Directory.EnumerateFiles(path, pattern)).Distinct().Order(StringComparer.Ordinal)]
                : throw new EvaluationException($"{path}: there is no such model; give a model folder or a .gguf file");
        var hash = new XxHash128();
        foreach (var file in files)
        {
            hash.Append(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\n"));
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
            hash.Append(stream);
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
