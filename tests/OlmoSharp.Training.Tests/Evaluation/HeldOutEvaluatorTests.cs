using System.Text;
using OlmoSharp.Data.Shards;
using OlmoSharp.Models;
using OlmoSharp.Training.Evaluation;
using OlmoSharp.Training.Tests.Runs;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Training.Tests.Evaluation;

public sealed class HeldOutEvaluatorTests(SampleCorpus corpus)
{
    [Theory]
    [InlineData(16, 1)]
    [InlineData(16, 3)]
    [InlineData(7, 100)]
    [InlineData(1, 8)]
    [InlineData(32, 2)]
    public void Bits_per_byte_are_those_of_predicting_token_by_token(int sequenceLength, int batchSize)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var model = new Transformer(corpus.Config("unused").Model with { EndOfTextId = corpus.Tokenizer.EndOfTextId, InitializerRange = 0.3 });
        model.Initialize(3);
        using var shards = TokenShardSet.Open(corpus.HeldOutShards);
        var score = HeldOutEvaluator.Evaluate(model, new("made-up", shards), sequenceLength, batchSize, TestContext.Current.CancellationToken);

        // Each token by itself: the model sees the block up to it, and before the block the one token that came before.
        long[] stream = [.. corpus.HeldOutDocuments.SelectMany(text => corpus.Tokenizer.Encode(text).Append(corpus.Tokenizer.EndOfTextId)).Select(id => (long)id)];
        var nats = 0.0;
        for (var i = 0; i < stream.Length; i++)
        {
            using var inner = NewDisposeScope();
            var begin = i / sequenceLength * sequenceLength;
            long[] context = [begin == 0 ? corpus.Tokenizer.EndOfTextId : stream[begin - 1], .. stream[begin..i]];
            var logits = model.Logits(model.Hidden(tensor(context, [1, context.Length])))[0][context.Length - 1].to_type(ScalarType.Float64).data<double>().ToArray();
            nats += Math.Log(logits.Sum(x => Math.Exp(x))) - logits[stream[i]];
        }

        Assert.Equal(stream.Length, score.Tokens);
        Assert.Equal(corpus.HeldOutDocuments.Sum(text => (long)Encoding.UTF8.GetByteCount(text)), score.Utf8Bytes);
        Assert.Equal(nats, score.Nats, 1e-5 * nats);
        Assert.Equal(nats / stream.Length, score.Loss, 1e-4);
        Assert.Equal(nats / Math.Log(2) / score.Utf8Bytes, score.BitsPerByte, 1e-4);
    }

    [Fact]
    public void Scores_of_two_texts_add_up_by_size()
    {
        var sum = new HeldOutScore(10, 4, 8) + new HeldOutScore(2, 1, 100);
        Assert.Equal((12 / 5.0, 12 / Math.Log(2) / 108), (sum.Loss, sum.BitsPerByte));
    }

    [Fact]
    public void Shards_that_do_not_tell_their_bytes_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["raw.npy"], new byte[200]);
        using var shards = TokenShardSet.Open(folder["raw.npy"], new TokenShardSetOptions { TypeWithoutSideCar = TokenType.UInt16 });
        using var model = new Transformer(corpus.Config("unused").Model);
        var exception = Assert.Throws<TrainingException>(() => HeldOutEvaluator.Evaluate(model, new("raw", shards), 8, 1, TestContext.Current.CancellationToken));
        Assert.Contains("'raw'", exception.Message, StringComparison.Ordinal);
    }

    internal static HeldOutScore Score(Trainer trainer, int batchSize)
        => HeldOutEvaluator.Evaluate(trainer.Model, trainer.HeldOut[0], trainer.Config.Data.SequenceLength, batchSize);
}
