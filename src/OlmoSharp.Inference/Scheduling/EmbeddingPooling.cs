namespace OlmoSharp.Inference.Scheduling;

/// <summary>How one vector is made of the hidden states of a text.</summary>
public enum EmbeddingPooling
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>That of the last token, which alone has seen all others.</summary>
    Last,
}
