using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Cli.Help;
using OlmoSharp.Inference.Batches;
using OlmoSharp.Inference.Generation;

namespace OlmoSharp.Cli.Commands.Generate;

/// <summary><c>olmo generate</c>.</summary>
internal sealed class GenerateCommand : RunnableCommand
{
    private readonly Option<string> _model = new("--model", "-m") { HelpName = "MODEL", Description = "A model folder, a checkpoint or a GGUF file", Required = true };
    private readonly EngineOption _engine = new();
    private readonly Option<string?> _draft = new("--draft-model") { HelpName = "MODEL", Description = "A small model with the same tokenizer that proposes tokens, to be faster" };
    private readonly Option<string?> _prompt = new("--prompt", "-p") { HelpName = "TEXT", Description = "What to continue" };
    private readonly Option<string?> _input = new("--input", "-i") { HelpName = "FILE", Description = "JSON lines with a prompt or messages each, and options of their own" };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "JSON lines to make of --input; a run that was stopped goes on" };
    private readonly ChatTemplateOption _template = new();
    private readonly Option<int> _samples = new("--n") { HelpName = "N", Description = "Texts to generate of each prompt", DefaultValueFactory = _ => 1 };
    private readonly Option<int?> _logProbabilities = new("--logprobs") { HelpName = "N", Description = "Write log-probabilities of each token and of the N most probable (as JSON)" };
    private readonly SamplingArguments _sampling = new();
    private readonly JsonOption _json = new();

    public GenerateCommand()
        : base("generate", "Continue a text with a model")
    {
        Group = CommandGroup.Inference;
        Add(_model);
        Add(_draft);
        Add(_prompt);
        Add(_engine);
        Add(_input);
        Add(_output);
        Add(_template);
        Add(_samples);
        Add(_logProbabilities);
        _sampling.AddTo(this);
        Add(_json);
        Validators.Add(result =>
        {
            var batch = result.GetValue(_input) is not null;
            if (batch == (result.GetValue(_prompt) is not null))
            {
                result.AddError("Give either --prompt or --input.");
            }
            else if (batch != (result.GetValue(_output) is not null))
            {
                result.AddError("--input and --output go together.");
            }
            else if (!batch && result.GetValue(_template) is not null)
            {
                result.AddError("--chat-template is for the messages of --input.");
            }
        });
        Examples =
        [
            new("olmo generate --model runs/quickstart/soup --prompt \"Gets the number of\"", "Continue a text"),
            new("olmo generate -m runs/quickstart/soup -p \"Represents a\" --temperature 0", "Always take the most probable token"),
            new("olmo generate -m runs/quickstart/soup -p \"A person: \" --json-schema person.json", "Write JSON of a schema"),
            new("olmo generate -m runs/quickstart/soup --input prompts.jsonl --output out.jsonl --n 4", "Four texts of every prompt of a file"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        using var generator = TextGenerator.Load(arguments.GetRequiredValue(_model), engine: _engine.Read(arguments), draft: arguments.GetValue(_draft));
        var options = _sampling.Read(arguments, generator.Tokenizer) with { Samples = arguments.GetValue(_samples), LogProbabilities = arguments.GetValue(_logProbabilities) };
        if (arguments.GetValue(_input) is { } input)
        {
            return await RunBatchAsync(new(generator, options, arguments.GetValue(_template) is { } template ? ChatTemplateOption.Find(generator, template) : null), input, arguments, terminal, cancellation);
        }

        var prompt = arguments.GetValue(_prompt)!;
        if (arguments.GetValue(_json) || options.LogProbabilities is not null)
        {
            var ids = generator.Encode(prompt);
            var results = generator.Complete(ids, options, cancellation);
            await terminal.Output.WriteLineAsync(GenerationJson.Write(null, prompt, ids.Count, results, generator.Tokenizer));
            return ExitCode.Success;
        }

        if (options.Samples > 1)
        {
            foreach (var result in generator.Complete(generator.Encode(prompt), options, cancellation))
            {
                await terminal.Output.WriteLineAsync(prompt + result.Text);
            }

            return ExitCode.Success;
        }

        await terminal.Output.WriteAsync(prompt);
        foreach (var piece in generator.Continue(prompt, options, cancellation))
        {
            await terminal.Output.WriteAsync(piece);
            await terminal.Output.FlushAsync(cancellation);
        }

        await terminal.Output.WriteLineAsync();
        return ExitCode.Success;
    }

    private async Task<int> RunBatchAsync(GenerationBatch batch, string input, ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var settings = string.Join('\n', arguments.GetRequiredValue(_model), _engine.Read(arguments), arguments.GetValue(_draft), arguments.GetValue(_template), arguments.GetValue(_samples), arguments.GetValue(_logProbabilities), _sampling.Describe(arguments));
        var total = batch.Check(input);
        await ProgressDisplay.RunAsync(terminal, "Generating", "prompts", total, progress => batch.Run(
            input, arguments.GetValue(_output)!, settings, (done, tokens) => progress.Report(done, $"{tokens} tokens"), cancellation));
        return ExitCode.Success;
    }
}
