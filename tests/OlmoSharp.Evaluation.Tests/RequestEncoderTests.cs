using CsCheck;
using OlmoSharp.Evaluation.Requests;
using OlmoSharp.Tokenization;
using Xunit;

namespace OlmoSharp.Evaluation.Tests;

public class RequestEncoderTests
{
    private static readonly string[] Words = ["Question", ":", " A", " the", "\n", "\n\n", " ", "  ", "Answer:", "x", ".\n", "\r\n", "'s", " é", "7", "\t", " B.", "?\n"];
    private static readonly Tokenizer Small = BpeTrainer.Train(
        Enumerable.Repeat("Question: the answer is the first\n\nAnswer: A\nthe end. It's\n  so. ", 20), new BpeTrainerOptions { VocabularySize = 320, Threads = 1 }, null, CancellationToken.None);

    private static readonly Gen<string> AnyWord = Gen.Int[0, Words.Length - 1].Select(index => Words[index]);

    private static EncodingPolicy Policy(int length = 2048) => new() { MaxLength = length, PrefixId = Small.EndOfTextId };

    /// <summary>The rule once more, without any cutting: all is encoded anew.</summary>
    private static (int[] Context, int[] Continuation) Plain(string context, string continuation)
    {
        var spaces = context.Length;
        while (spaces > 0 && char.IsWhiteSpace(context[spaces - 1]))
        {
            spaces--;
        }

        var whole = Small.Encode(context + continuation);
        var length = spaces == 0 ? 0 : Small.Encode(context[..spaces]).Length;
        return spaces == 0 ? ([Small.EndOfTextId], whole) : (whole[..length], whole[length..]);
    }

    [Fact]
    public void A_length_without_room_is_refused() => Assert.Throws<EvaluationException>(() => new RequestEncoder(Small, Policy(0)));

    [Fact]
    public void Pieces_give_the_ids_of_the_whole() =>
        Gen.Select(AnyWord.Array[0, 30].Array[1, 6], AnyWord.Array[0, 12], AnyWord.Array[1, 4]).Sample((contexts, beginning, continuation) =>
        {
            var encoder = new RequestEncoder(Small, Policy());
            foreach (var parts in contexts)
            {
                var context = string.Concat(beginning) + string.Concat(parts);
                foreach (var text in new[] { string.Concat(continuation), " A" })
                {
                    var (left, right) = Plain(context, text);
                    if (right.Length > 0)
                    {
                        var encoded = encoder.Encode(context, text);
                        Assert.Equal([.. left, .. right], encoded.Tokens);
                        Assert.Equal(left.Length, encoded.ContextLength);
                    }
                }
            }
        }, iter: 300);

    [Fact]
    public void Small_may_be_cut() => Assert.True(Small.EncodesLinesApart);

    [Fact]
    public void White_space_at_the_end_of_a_context_goes_to_the_continuation()
    {
        var encoded = new RequestEncoder(Small, Policy()).Encode("the \n", "A");
        Assert.Equal("the", Small.Decode([.. encoded.Tokens.Take(encoded.ContextLength)]));
        Assert.Equal(" \nA", Small.Decode([.. encoded.Tokens.Skip(encoded.ContextLength)]));
    }

    [Fact]
    public void An_empty_context_is_the_prefix_token()
    {
        var encoded = new RequestEncoder(Small, Policy()).Encode("", " the");
        Assert.Equal([Small.EndOfTextId, .. Small.Encode(" the")], encoded.Tokens);
        Assert.Equal(1, encoded.ContextLength);
    }

    [Fact]
    public void A_beginning_token_is_added_only_where_asked_for()
    {
        var encoded = new RequestEncoder(Small, Policy() with { BeginningId = 3 }).Encode("the", " the");
        Assert.Equal(3, encoded.Tokens[0]);
        Assert.Equal(Small.Encode("the the"), encoded.Tokens.Skip(1));
    }

    [Fact]
    public void Long_requests_lose_their_beginning()
    {
        var encoder = new RequestEncoder(Small, Policy(length: 4));
        var whole = Small.Encode("7 7 7 7 7 7 x");
        var encoded = encoder.Encode("7 7 7 7 7 7", " x");
        Assert.Equal(whole[^5..], encoded.Tokens);    // the last is predicted, not read
        Assert.Equal(whole.Length - 5, encoded.Dropped);
        Assert.Equal(Small.Encode(" x").Length, encoded.ContinuationLength);

        var context = encoder.EncodeContext("7 7 7 7 7 7", roomForAnswer: 1);
        Assert.Equal(Small.Encode("7 7 7 7 7 7")[^3..], context.Tokens);
    }

    [Fact]
    public void An_empty_continuation_is_an_error() =>
        Assert.Contains("no id of its own", Assert.Throws<EvaluationException>(() => new RequestEncoder(Small, Policy()).Encode("the", "")).Message);

    /// <summary>For any ids and length: every id is predicted once, in order, after the one before it; all windows but the last are full, and one context id is read.</summary>
    [Fact]
    public void Windows_predict_each_id_once() =>
        Gen.Select(Gen.Int[0, 500].Array[0, 40], Gen.Int[1, 12]).Sample((ids, length) =>
        {
            var windows = new RequestEncoder(Small, Policy(length)).EncodeRolling(ids);
            Assert.Equal(ids, windows.SelectMany(window => window.Tokens.Skip(1)));
            Assert.Equal(ids.SkipLast(1).Prepend(Small.EndOfTextId).Where((_, place) => place % length == 0 && ids.Length > 0), windows.Select(window => window.Tokens[0]));
            Assert.All(windows, window => Assert.Equal((1, 0), (window.ContextLength, window.Dropped)));
            Assert.All(windows.SkipLast(1), window => Assert.Equal(length, window.ContinuationLength));
            Assert.Equal((ids.Length + length - 1) / length, windows.Count);
        });

    [Fact]
    public void Windows_are_those_of_the_whole_texts_ids()
    {
        const string text = "Question: the answer is the first. It's so. 7 7 7 x x x";
        var encoder = new RequestEncoder(Small, Policy(length: 5));
        Assert.Equal(Small.Encode(text), encoder.EncodeRolling(text).SelectMany(window => window.Tokens.Skip(1)));
        Assert.Empty(encoder.EncodeRolling(""));
    }
}
