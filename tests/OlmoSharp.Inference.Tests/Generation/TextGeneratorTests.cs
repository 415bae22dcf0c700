using OlmoSharp.Inference.Generation;
using OlmoSharp.Inference.Sampling;
using OlmoSharp.Inference.Torch;
using OlmoSharp.Models;
using OlmoSharp.Tokenization;
using Xunit;
using static TorchSharp.torch;

namespace OlmoSharp.Inference.Tests.Generation;

public sealed class TextGeneratorTests : IDisposable
{
    private static readonly GenerationOptions Greedy = new() { MaximumTokens = 12, Sampling = new SamplingOptions { Temperature = 0 } };

    private readonly Tokenizer _tokenizer = BpeTrainer.Train(
        ["Gets the number of elements. Gets the value. Sets the värde of the 元素."], new BpeTrainerOptions { VocabularySize = 280, MinFrequency = 1 });

    private readonly Transformer _model;
    private readonly TextGenerator _generator;

    public TextGeneratorTests()
    {
        // More rows than ids, as when a matrix is padded to a round number.
        _model = new(new ModelConfig
        {
            VocabularySize = 320, HiddenSize = 32, IntermediateSize = 48, Layers = 2, Heads = 4, KeyValueHeads = 2, ContextLength = 32, InitializerRange = 0.3,
        });
        _model.Initialize(seed: 3);
        _generator = new(new TorchEngine(_model), _tokenizer);
    }

    public void Dispose() => _generator.Dispose();

    [Fact]
    public void Greedy_tokens_are_those_of_the_whole_forward_pass()
    {
        List<int> ids = [_tokenizer.EndOfTextId, .. _tokenizer.Encode("Gets the")];
        foreach (var id in _generator.ContinueTokens([.. ids], Greedy, TestContext.Current.CancellationToken))
        {
            Assert.Equal(MostProbable(ids), id);
            ids.Add(id);
        }

        Assert.True(ids.Count > 5);
    }

    [Fact]
    public void Pieces_together_are_the_text_of_the_tokens()
    {
        var options = new GenerationOptions { MaximumTokens = 24, Sampling = new SamplingOptions { Temperature = 1.5, TopP = 1, Seed = 11 } };
        int[] prompt = [_tokenizer.EndOfTextId, .. _tokenizer.Encode("Sets")];
        var ids = _generator.ContinueTokens(prompt, options, TestContext.Current.CancellationToken).ToArray();
        var pieces = _generator.Continue("Sets", options, TestContext.Current.CancellationToken).ToList();
        Assert.Equal(_tokenizer.Decode(ids, skipSpecialTokens: true), string.Concat(pieces));
        Assert.All(ids, id => Assert.InRange(id, 0, _tokenizer.VocabularySize - 1));
    }

    [Fact]
    public void Generation_ends_where_the_context_does()
    {
        var prompt = Enumerable.Repeat(_tokenizer.Encode("G")[0], 30).ToArray();
        var ids = _generator.ContinueTokens(prompt, Greedy, TestContext.Current.CancellationToken).ToList();
        Assert.InRange(ids.Count, 0, 2);
    }

    [Fact]
    public void A_prompt_that_fills_the_context_is_refused()
    {
        var prompt = Enumerable.Repeat(1, 32).ToArray();
        var error = Assert.Throws<InferenceException>(() => _generator.ContinueTokens(prompt, Greedy, TestContext.Current.CancellationToken));
        Assert.Contains("32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_end_id_of_the_model_ends_the_text()
    {
        int[] prompt = [_tokenizer.EndOfTextId, .. _tokenizer.Encode("Gets the")];
        var whole = _generator.ContinueTokens(prompt, Greedy, TestContext.Current.CancellationToken).ToArray();
        var end = whole[^1];
        // Disposing it would dispose the engine that both share.
        var ending = new TextGenerator(_generator.Engine, _tokenizer, end, 319);
        Assert.Equal(whole[..Array.IndexOf(whole, end)], ending.ContinueTokens(prompt, Greedy, TestContext.Current.CancellationToken));
    }

    private int MostProbable(List<int> ids)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var input = tensor([.. ids.Select(id => (long)id)], [1, ids.Count]);
        var logits = _model.Logits(_model.Hidden(input)).select(1, -1).narrow(1, 0, _tokenizer.VocabularySize);
        return (int)logits.argmax(1).item<long>();
    }
}
