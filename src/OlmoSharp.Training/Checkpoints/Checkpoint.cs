using System.Text;
using System.Text.Json;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Data.Documents;
using OlmoSharp.Models;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Torch.Safetensors;
using OlmoSharp.Training.Config;
using OlmoSharp.Training.Optimization;

namespace OlmoSharp.Training.Checkpoints;

/// <summary>
/// A checkpoint is a Hugging Face model folder with a <c>training/</c> folder: optimizer moments, state, run config, and a manifest
/// with the SHA-256 of every file.
/// </summary>
public static class Checkpoint
{
    /// <summary>Name of the folder with what only training needs.</summary>
    public const string TrainingFolder = "training";

    /// <summary>Name of the tokenizer's file.</summary>
    public const string TokenizerFile = "tokenizer.json";

    private const string OptimizerFile = "optimizer.safetensors";
    private const string StateFile = "state.json";
    private const string RunFile = "run.yaml";

    /// <summary>Writes a checkpoint whole or not at all: beside its final name, flushed to disk, then renamed.</summary>
    /// <param name="folder">Its final name; nothing may be there.</param>
    /// <param name="model">Weights.</param>
    /// <param name="tokenizer">The tokenizer, saved with them.</param>
    /// <param name="training">Moments, state and config; null for a model that nothing goes on from, such as a soup.</param>
    /// <exception cref="TrainingException">The disk refuses; what was written is removed again.</exception>
    public static void Save(string folder, Transformer model, Tokenizer tokenizer, (AdamW Optimizer, TrainingState State, TrainConfig Config)? training)
    {
        try
        {
            AtomicFolder.Write(folder, temporary =>
            {
                Directory.CreateDirectory(Path.Combine(temporary, TrainingFolder));
                ModelFolder.Save(model, temporary);
                tokenizer.Save(Path.Combine(temporary, TokenizerFile));
                tokenizer.SaveConfig(Path.Combine(temporary, "tokenizer_config.json"), model.Config.ContextLength);
                if (training is var (optimizer, state, config))
                {
                    var moments = optimizer.State();
                    try
                    {
                        SafetensorsWriter.Write(Path.Combine(temporary, TrainingFolder, OptimizerFile), moments, new Dictionary<string, string>());
                    }
                    finally
                    {
                        Dispose(moments);
                    }

                    File.WriteAllBytes(
                        Path.Combine(temporary, TrainingFolder, StateFile), JsonSerializer.SerializeToUtf8Bytes(state, TrainingJson.Options));
                    File.WriteAllText(Path.Combine(temporary, TrainingFolder, RunFile), ConfigWriter.Write(config));
                }

                CheckpointManifest.Write(temporary);
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TokenizerException)
        {
            throw new TrainingException(
                $"{folder}: the checkpoint cannot be written: {e.Message}; free some space or pick another run folder, then go on with --resume", e);
        }
    }

    /// <summary>Fills weights and moments from a checkpoint and returns where it stood.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <param name="model">Takes the weights.</param>
    /// <param name="optimizer">Takes the moments and the number of updates.</param>
    /// <exception cref="TrainingException">The checkpoint is damaged or not one to go on from.</exception>
    public static TrainingState Load(string folder, Transformer model, AdamW optimizer)
    {
        Verify(folder);
        return LoadVerified(folder, model, optimizer);
    }

    /// <summary>Does the same for a checkpoint whose files were checked already.</summary>
    internal static TrainingState LoadVerified(string folder, Transformer model, AdamW optimizer)
    {
        var state = ReadState(folder);
        ModelFolder.LoadWeights(model, folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, TrainingFolder, OptimizerFile));
        var moments = optimizer.State();
        try
        {
            foreach (var (name, tensor) in moments)
            {
                file.CopyTo(name, tensor);
            }
        }
        finally
        {
            Dispose(moments);
        }

        optimizer.Updates = state.Updates;
        return state;
    }

    /// <summary>Checks every file of a checkpoint against its manifest.</summary>
    /// <exception cref="TrainingException">A file is missing or damaged.</exception>
    public static void Verify(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new TrainingException($"{folder}: no such checkpoint");
        }

        CheckpointManifest.Verify(folder);
    }

    /// <summary>Reads where a checkpoint stood.</summary>
    /// <exception cref="TrainingException">It is not a checkpoint of a training run.</exception>
    public static TrainingState ReadState(string folder)
        => JsonSerializer.Deserialize<TrainingState>(ReadTrainingFile(folder, StateFile), TrainingJson.Options)!;

    /// <summary>The resolved config of the run that wrote a checkpoint, as YAML.</summary>
    /// <exception cref="TrainingException">It is not a checkpoint of a training run.</exception>
    public static string ReadRunConfig(string folder) => Encoding.UTF8.GetString(ReadTrainingFile(folder, RunFile));

    /// <summary>Deletes a checkpoint; it loses its name first, so that what has a checkpoint's name is always whole.</summary>
    internal static void Delete(string folder)
    {
        var unnamed = Path.Combine(Path.GetDirectoryName(folder)!, AtomicFolder.TemporaryPrefix + Path.GetFileName(folder));
        Directory.Move(folder, unnamed);
        Directory.Delete(unnamed, recursive: true);
    }

    /// <summary>Removes what an interrupted <see cref="Save"/> or <see cref="Delete"/> left in a folder of checkpoints.</summary>
    internal static void RemoveUnfinished(string parent)
    {
        foreach (var folder in Directory.EnumerateDirectories(parent, AtomicFolder.TemporaryPrefix + "*"))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] ReadTrainingFile(string folder, string name)
    {
        var path = Path.Combine(folder, TrainingFolder, name);
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"{path}: cannot be read, so there is nothing to go on from: {e.Message}", e);
        }
    }

    private static void Dispose(IReadOnlyList<(string Name, TorchSharp.torch.Tensor Tensor)> tensors)
    {
        foreach (var (_, tensor) in tensors)
        {
            tensor.Dispose();
        }
    }
}
