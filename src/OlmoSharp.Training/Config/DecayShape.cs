namespace OlmoSharp.Training.Config;

/// <summary>How the learning rate falls after warmup.</summary>
public enum DecayShape
{
    /// <summary>Half a cosine wave.</summary>
    Cosine,

    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>Not at all.</summary>
    Constant,
}
