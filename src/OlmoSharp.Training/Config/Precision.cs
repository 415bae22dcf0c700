namespace OlmoSharp.Training.Config;

/// <summary>Dtype of activations.</summary>
public enum Precision
{
    /// <summary>32 bits.</summary>
    Float32,

    /// <summary>16 bits with the exponent range of 32.</summary>
    Bfloat16,
}
