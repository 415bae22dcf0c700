using System.CommandLine;
using OlmoSharp.Analysis.Parity;
using OlmoSharp.Cli.Display;
using OlmoSharp.Cli.Help;
using OlmoSharp.Models.Gguf;
using OlmoSharp.Models.HuggingFace;
using static TorchSharp.torch;

namespace OlmoSharp.Cli.Commands.Logits;

/// <summary><c>olmo logits</c>.</summary>
internal sealed class LogitsCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "DIR", Description = "A model folder, a checkpoint, or a .gguf file", Required = true };
    private readonly Option<string> _tokens = new("--tokens") { HelpName = "FILE", Description = "The sequences: {\"sequences\": [[ids…], …]}", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "DIR", Description = "Folder to make", Required = true };
    private readonly Option<bool> _router = new("--router") { Description = "Write the router logits of every sparse layer too" };
    private readonly Option<bool> _keepDtype = new("--keep-dtype") { Description = "Keep the folder's 16-bit weights so: half the memory, the same logits, more time" };
    private readonly JsonOption _json = new();

    public LogitsCommand()
        : base("logits", "Write a model's logits to compare with another implementation")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_tokens);
        Add(_output);
        Add(_router);
        Add(_keepDtype);
        Add(_json);
        Examples =
        [
            new("olmo logits --model runs/quickstart/soup --tokens tokens.json -o logits", "logits_{i}.f32, raw float32 [tokens, vocabulary], and logits.json with shapes and cross entropy"),
            new("olmo logits --model OLMoE-1B-7B-0924 --tokens tokens.json -o logits --router", "Also router_{i}_{layer}.f32"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var path = arguments.GetRequiredValue(_model);
        using var model = Path.GetExtension(path) == ".gguf" && File.Exists(path)
            ? GgufModel.Load(path).Transformer
            : ModelFolder.Load(path, weightType: arguments.GetValue(_keepDtype) ? null : ScalarType.Float32);
        var sequences = TokenSequences.Read(arguments.GetRequiredValue(_tokens), model.Config.VocabularySize, model.Config.ContextLength);
        var summary = await ProgressDisplay.RunAsync(terminal, "Computing", "tokens", sequences.Sum(ids => ids.Length), progress => LogitsExport.Write(
            model, sequences, arguments.GetRequiredValue(_output), arguments.GetValue(_router), done => progress.Report(done), cancellation));
        var table = new ResultTable(new("file"), new("tokens", IsNumber: true), new("vocabulary", IsNumber: true), new("cross entropy (nats)", IsNumber: true));
        foreach (var sequence in summary.Sequences)
        {
            table.Add(sequence.File, sequence.Shape[0], sequence.Shape[1], sequence.MeanCrossEntropy);
        }

        table.Add("all", summary.Sequences.Sum(sequence => sequence.Shape[0]), null, summary.MeanCrossEntropy);
        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
