namespace OlmoSharp.Evaluation.Tasks;

/// <summary>Which examples of a source a prompt shows.</summary>
public enum FewshotOrder
{
    /// <summary>The first ones, in their order.</summary>
    First,

    /// <summary><c>random.Random(fewshot_seed).sample</c>; from the split that is evaluated one more is drawn, and a document is no example of itself.</summary>
    Sample,

    /// <summary>The first ones after <c>random.Random(fewshot_seed).shuffle</c>.</summary>
    Shuffle,
}
