namespace OlmoSharp.Inference.Engines;

/// <summary>What computes.</summary>
public enum EngineKind
{
    /// <summary>Our own kernels on the CPU, weights mapped from their files as they are.</summary>
    Native,

    /// <summary>libtorch, on any device and in any dtype.</summary>
    Torch,
}
