using System.CommandLine;
using OlmoSharp.Cli.Display;
using OlmoSharp.Data.Classification;

namespace OlmoSharp.Cli.Commands.Data.Classifier;

/// <summary><c>olmo data classifier train</c>.</summary>
internal sealed class DataClassifierTrainCommand : RunnableCommand
{
    private readonly LabelledTextOptions _texts;
    private readonly ClassifierTrainingOptions _training;
    private readonly Option<string> _output = new("--output", "-o") { HelpName = "FILE", Description = "Where to write the model, which fastText can read too", Required = true };
    private readonly JsonOption _json = new();

    public DataClassifierTrainCommand()
        : base("train", "Train a linear classifier on hashed word and character n-grams, as fastText does")
    {
        _texts = new LabelledTextOptions(this);
        Add(_output);
        _training = new ClassifierTrainingOptions(this);
        Add(_json);
        Examples =
        [
            new("olmo data classifier train --class good=corpus/books --class bad=corpus/crawl -o quality.bin", "Train a quality classifier on documents of two folders"),
            new("olmo data classifier train -i corpus/labelled --label $.metadata.label -o topics.bin --epochs 10", "Documents say their labels themselves"),
            new("olmo data classifier train -i corpus/messages --label $.source --paragraphs --lower-case --word-ngrams 1 --min-chars 1 --max-chars 4 -o languages.bin", "Train a model of languages on character n-grams"),
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, Terminal terminal, CancellationToken cancellation)
    {
        var output = arguments.GetRequiredValue(_output);
        var options = _training.Training(arguments);
        var texts = _texts.Texts(arguments);
        var trained = await ProgressDisplay.RunAsync(terminal, "Training", "texts", null, progress => ClassifierTrainer.Train(texts, options, done => progress.Report(done), cancellation));
        trained.Model.Save(output);
        var table = new ResultTable(new("count"), new("amount", IsNumber: true));
        table.Add("texts", trained.Texts);
        table.Add("words", trained.Words);
        table.Add("labels", trained.Model.Labels.Count);
        table.Add("loss of first epoch", trained.EpochLosses[0]);
        table.Add("loss of last epoch", trained.EpochLosses[^1]);
        table.Add("bytes of the model", new FileInfo(output).Length);
        table.Write(terminal, arguments.GetValue(_json));
        return ExitCode.Success;
    }
}
