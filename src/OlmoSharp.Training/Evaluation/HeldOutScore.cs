namespace OlmoSharp.Training.Evaluation;

/// <summary>How well a model predicts some held-out text.</summary>
/// <param name="Nats">Sum of −ln p over all tokens, end-of-text tokens included.</param>
/// <param name="Tokens">Tokens predicted.</param>
/// <param name="Utf8Bytes">Bytes of the text.</param>
public sealed record HeldOutScore(double Nats, long Tokens, long Utf8Bytes)
{
    /// <summary>Mean cross entropy a token, in nats.</summary>
    public double Loss => Nats / Tokens;

    /// <summary>Bits the model needs for a byte of text; unlike the loss, comparable between tokenizers.</summary>
    public double BitsPerByte => Nats / Math.Log(2) / Utf8Bytes;

    /// <summary>The two texts together.</summary>
    public static HeldOutScore operator +(HeldOutScore a, HeldOutScore b)
        => new(a.Nats + b.Nats, a.Tokens + b.Tokens, a.Utf8Bytes + b.Utf8Bytes);
}
