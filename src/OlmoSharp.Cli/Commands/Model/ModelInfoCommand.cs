using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Models.HuggingFace;
using OlmoSharp.Torch.Safetensors;

namespace OlmoSharp.Cli.Commands.Model;

/// <summary><c>olmo model info</c>.</summary>
internal sealed class ModelInfoCommand : RunnableCommand
{
    private readonly Argument<string> _model = new("model") { HelpName = "DIR", Description = "A model folder or checkpoint" };
    private readonly Option<bool> _tensors = new("--tensors") { Description = "List every tensor" };
    private readonly JsonOption _json = new();

    public ModelInfoCommand()
        : base("info", "Show a model's architecture and size without loading its weights")
    {
        Add(_model);
        Add(_tensors);
        Add(_json);
        Examples = [new("olmo model info runs/quickstart/soup", "Architecture, parameter count, operations a token")];
    }

    protected override Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var folder = arguments.GetRequiredValue(_model);
        var config = HuggingFaceConfig.Read(Path.Combine(folder, ModelFolder.ConfigFile));
        ResultTable table;
        if (arguments.GetValue(_tensors))
        {
            using var file = SafetensorsFile.Open(Path.Combine(folder, ModelFolder.WeightsFile));
            table = new(new("tensor"), new("dtype"), new("shape"), new("bytes", IsNumber: true));
            foreach (var entry in file.Entries.Values)
            {
                table.Add(entry.Name, SafetensorsDtype.Name(entry.Dtype), string.Join('×', entry.Shape), entry.Bytes);
            }
        }
        else
        {
            table = new(new("property"), new("value", IsNumber: true));
            table.Add("parameters", config.Parameters);
            table.Add("non-embedding parameters", config.NonEmbeddingParameters);
            table.Add("vocabulary rows", config.VocabularySize);
            table.Add("hidden size", config.HiddenSize);
            table.Add("layers", config.Layers);
            table.Add("heads", config.Heads);
            table.Add("key-value heads", config.EffectiveKeyValueHeads);
            table.Add("intermediate size", config.IntermediateSize);
            table.Add("context length", config.ContextLength);
            table.Add("rope theta", config.RopeTheta);
            table.Add("training FLOPs per token at full context", config.TrainingFlopsPerToken(config.ContextLength));
        }

        table.Write(terminal, arguments.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }
}
