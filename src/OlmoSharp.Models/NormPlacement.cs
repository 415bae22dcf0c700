namespace OlmoSharp.Models;

/// <summary>Where a transformer block normalises.</summary>
public enum NormPlacement
{
    /// <summary>The output of each sublayer: x + norm(f(x)), as in OLMo 2.</summary>
    AfterSublayer,

    /// <summary>The input of each sublayer: x + f(norm(x)), as in OLMo and OLMoE.</summary>
    BeforeSublayer,
}
