using System.CommandLine;
using System.Globalization;
using OlmoSharp.Cli.Display;
using OlmoSharp.Models;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Models.Presets;
using OlmoSharp.Torch.Safetensors;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model info</c>.</summary>
internal sealed class ModelInfoCommand : RunnableCommand
{
    private readonly Argument<string?> _model = new("model") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _preset = new("--preset") { HelpName = "NAME", Description = $"A published model instead: {string.Join(", ", ModelPresets.All.Select(preset => preset.Name))}" };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "List every tensor" };
    private readonly JsonOption _json = new();

    public ModelInfoCommand()
        : base("info", "Show a model's architecture and size without loading its weights")
    {
        Add(_model);
        Add(_preset);
        Add(_tensors);
        Add(_json);
        Validators.Add(result =>
        {
            if ((result.GetValue(_model) is null) == (result.GetValue(_preset) is null))
            {
                result.AddError("Give either a model or --preset NAME");
            }
        });
        Examples =
        [
            new("olmo model info runs/quickstart/soup", "Architecture, parameter count, operations a token"),
            new("olmo model info soup.gguf --tensors", "How a GGUF file stores each tensor"),
            new("olmo model info --preset olmo2-7b", "The same of a published model"),
        ];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        ResultTable table;
        if (arguments.GetValue(_tensors))
        {
            table = Tensors(arguments);
        }
        else
        {
            var config = Config(arguments);
            table = new(new("property"), new("value", IsNumber: true));
            table.Add("family", HuggingFaceConfig.ModelType(config));
            table.Add("parameters", config.Parameters);
            table.Add("non-embedding parameters", config.NonEmbeddingParameters);
            if (config.Experts > 0)
            {
                table.Add("active parameters per token", config.ActiveParameters);
                table.Add("experts", config.Experts);
                table.Add("experts per token", config.ExpertsPerToken);
            }

            table.Add("vocabulary rows", config.VocabularySize);
            table.Add("hidden size", config.HiddenSize);
            table.Add("layers", config.Layers);
            table.Add("heads", config.Heads);
            table.Add("key-value heads", config.EffectiveKeyValueHeads);
            table.Add("intermediate size", config.IntermediateSize);
            table.Add("context length", config.ContextLength);
            table.Add("rope theta", config.RopeTheta);
            if (config.RopeScaling is { } scaling)
            {
                table.Add("rope scaling", string.Create(CultureInfo.InvariantCulture, $"{scaling.Type.ToString().ToLowerInvariant()} × {scaling.Factor}"));
            }

            table.Add("training FLOPs per token at full context", config.TrainingFlopsPerToken(config.ContextLength));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }

    private ModelConfig Config(ParseResult arguments)
        => arguments.GetValue(_preset) is { } preset
            ? ModelPresets.Get(preset)
            : ConfigOf(arguments.GetValue(_model)!);

    private static ModelConfig ConfigOf(string model)
    {
        if (!GgufFile.IsNamedSo(model))
        {
            return HuggingFaceConfig.Read(Path.Combine(model, ModelFolder.ConfigFile));
        }

        using var file = GgufFile.Open(model);
        return GgufModel.ReadConfig(file);
    }

    /// <summary>The tensors of a folder or a file with their types, or those that a preset would have.</summary>
    private ResultTable Tensors(ParseResult arguments)
    {
        if (arguments.GetValue(_model) is { } path && GgufFile.IsNamedSo(path))
        {
            using var file = GgufFile.Open(path);
            ResultTable table = new(new("tensor"), new("type"), new("shape"), new("bytes", IsNumber: true));
            foreach (var tensor in file.Tensors.Values)
            {
                table.Add(tensor.Name, tensor.Type.Name, string.Join('×', tensor.Shape), tensor.Bytes);
            }

            return table;
        }
        else if (arguments.GetValue(_model) is { } folder)
        {
            using var files = WeightFiles.Open(folder);
            ResultTable table = new(new("tensor"), new("dtype"), new("shape"), new("bytes", IsNumber: true));
            foreach (var entry in files.Entries)
            {
                table.Add(entry.Name, SafetensorsDtype.Name(entry.Dtype), string.Join('×', entry.Shape), entry.Bytes);
            }

            return table;
        }
        else
        {
            ResultTable table = new(new("tensor"), new("shape"));
            foreach (var parameter in Transformer.Describe(Config(arguments)))
            {
                foreach (var slice in parameter.Slices)
                {
                    table.Add(slice.Name, string.Join('×', parameter.ShapeOf(slice)));
                }
            }

            return table;
        }
    }
}
