namespace OlmoSharp.Inference.Generation;

/// <summary>Why a text ended.</summary>
public enum FinishReason
{
    /// <summary>The model ended it, a stop string or stop id came, or its constraint has it complete.</summary>
    Stop,

    /// <summary>The most tokens to generate, or the model's context, are reached.</summary>
    Length,
}
