namespace OlmoSharp.Models;

/// <summary>Ways to stretch rotary frequencies to a longer context, under the names of Hugging Face's <c>rope_type</c>.</summary>
public enum RopeScalingType
{
    /// <summary>Every frequency divided by the factor: positions are interpolated (Chen et al. 2023).</summary>
    Linear,

    /// <summary>
    /// High frequencies as they are, low ones divided by the factor, a ramp over dimensions between, and attention sharpened (YaRN: Peng et al.
    /// 2024, section 3).
    /// </summary>
    Yarn,

    /// <summary>High frequencies as they are, low ones divided by the factor, a ramp over frequencies between (Llama 3.1: Grattafiori et al. 2024).</summary>
    Llama3,
}
