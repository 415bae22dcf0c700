using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Documents;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Cli.Commands.Tokenizer;

/// <summary><c>olmo tokenizer train</c>.</summary>
internal sealed class TokenizerTrainCommand : RunnableCommand
{
    private readonly Option<string> _input = new("--input", "-i") { HelpName = "DIR", Description = "Folder that holds documents/", Required = true };
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write tokenizer.json", Required = true };
    private readonly Option<int> _size = new("--vocabulary") { HelpName = "N", Description = "Number of ids, special tokens included", DefaultValueFactory = _ => 8192 };

    public TokenizerTrainCommand()
        : base("train", "Train a byte-level BPE tokenizer on documents")
    {
        Add(_input);
        Add(_output);
        Add(_size);
        Examples = [new("olmo tokenizer train -i corpus/train -o corpus/tokenizer.json --vocabulary 8192", "Train on all documents; the result does not depend on the number of threads")];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var size = arguments.GetValue(_size);
        var tokenizer = await ProgressDisplay.RunAsync(terminal, "Training the tokenizer", "documents", null, progress =>
        {
            long count = 0;
            var texts = DocumentFolder.Read(arguments.GetRequiredValue(_input)).Select(document =>
            {
                progress.Report(++count);
                return document.Text;
            });
            return BpeTrainer.Train(texts, new BpeTrainerOptions { VocabularySize = size }, null, cancellation);
        });
        var output = arguments.GetRequiredValue(_output);
        tokenizer.Save(output);
        await terminal.Output.WriteLineAsync($"{output}: {tokenizer.VocabularySize} ids, SHA-256 {tokenizer.Sha256}");
        return ExitCode.Success;
    }
}
