using OlmoSharp.Inference.Chat;
using OlmoSharp.Inference.Native;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Tokenization;
using OlmoSharp.Tokenization.ChatTemplates;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Engines;

/// <summary>A model that is ready to run, with what makes text of its ids.</summary>
/// <param name="Engine">Runs the model; the caller disposes it.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="EndIds">Ids that end a text, beside the tokenizer's end of text.</param>
public sealed record LoadedModel(IInferenceEngine Engine, Tokenizer Tokenizer, IReadOnlyList<int> EndIds)
{
    private readonly Lazy<ChatTemplate?> _chatTemplate = new((ChatTemplate?)null);

    /// <summary>How the model's conversations are written; null where it brings no template. It is read when it is first asked for.</summary>
    /// <exception cref="TokenizerException">The template is not sound, or uses what is not supported.</exception>
    public ChatTemplate? ChatTemplate
    {
        get => _chatTemplate.Value;
        init => _chatTemplate = new(value);
    }

    /// <summary>Loads a model.</summary>
    /// <param name="path">A Hugging Face model folder, a checkpoint, which is one, or a <c>.gguf</c> file.</param>
    /// <param name="device">Where to compute with libtorch; null: the CPU.</param>
    /// <param name="engine">What computes; null: the native engine, or libtorch where a device is given.</param>
    /// <exception cref="ModelException">The path holds no sound model.</exception>
    /// <exception cref="InferenceException">The model does not fit into memory, or the native engine is to compute on a device.</exception>
    public static LoadedModel Load(string path, Device? device = null, EngineKind? engine = null)
    {
        if (engine == EngineKind.Native && device is not null)
        {
            throw new InferenceException("the native engine computes on the CPU with threads of its own; give no device, or take the torch engine");
        }

        var (tokenizer, endIds) = ReadTokenizer(path);
        return new(engine == EngineKind.Torch || device is not null ? TorchEngine.Load(path, device) : NativeEngine.Load(path), tokenizer, endIds, path);
    }

    private LoadedModel(IInferenceEngine engine, Tokenizer tokenizer, IReadOnlyList<int> endIds, string path)
        : this(engine, tokenizer, endIds) => _chatTemplate = new(() => ModelTemplate.Read(path));

    private static (Tokenizer Tokenizer, IReadOnlyList<int> EndIds) ReadTokenizer(string path)
    {
        if (!GgufFile.IsNamedSo(path))
        {
            return (Tokenizer.Load(path), GenerationConfig.Read(path).EndIds);
        }

        using var file = GgufFile.Open(path);
        // A file of another architecture is named as one, not by the first thing that its tokenizer lacks.
        _ = GgufModel.ReadConfig(file);
        return (Tokenizer.Parse(GgufModel.ReadTokenizer(file), path), []);
    }
}
