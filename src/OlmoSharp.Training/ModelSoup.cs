using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace OlmoSharp.Training;

/// <summary>
/// The plain average of the weights of several models: OLMo 2's released models average annealing runs over different data orders
/// (OLMo et al. 2025, section 4.5; Wortsman et al. 2022).
/// </summary>
public static class ModelSoup
{
    /// <summary>Averages models of one architecture and tokenizer and saves the result.</summary>
    /// <param name="folders">Model folders, at least two.</param>
    /// <param name="output">The soup's folder; nothing may be there.</param>
    /// <exception cref="TrainingException">Fewer than two models, or models that do not fit together.</exception>
    public static void Save(IReadOnlyList<string> folders, string output)
    {
        if (folders.Count < 2)
        {
            throw new TrainingException("a soup needs at least two models");
        }

        if (Directory.Exists(output))
        {
            throw new TrainingException($"{output}: is there already; pick another folder or delete it");
        }

        var tokenizer = Tokenizer.Load(folders[0]);
        using var soup = ModelFolder.Load(folders[0]);
        foreach (var folder in folders.Skip(1))
        {
            using var model = ModelFolder.Load(folder);
            Require(model.Config == soup.Config, folder, folders[0], "architecture");
            Require(Tokenizer.Load(folder).Sha256 == tokenizer.Sha256, folder, folders[0], "tokenizer");
            Add(soup, model);
        }

        using (no_grad())
        {
            foreach (var vector in soup.Parameters.Vectors)
            {
                using Scalar count = folders.Count;
                vector.div_(count);
            }
        }

        Checkpoint.Save(output, soup, tokenizer, training: null);
    }

    private static void Add(Transformer soup, Transformer model)
    {
        using var _ = no_grad();
        foreach (var (sum, vector) in soup.Parameters.Vectors.Zip(model.Parameters.Vectors))
        {
            using Scalar one = 1;
            sum.add_(vector, one);
        }
    }

    private static void Require(bool same, string folder, string first, string what)
    {
        if (!same)
        {
            throw new TrainingException($"{folder}: has another {what} than {first}, so their weights cannot be averaged");
        }
    }
}
