namespace OlmoSharp.Inference.Engines;

/// <summary>What engines know of their sequences.</summary>
internal interface IOwnedSequence : IEngineSequence
{
    /// <summary>Whose sequence it is.</summary>
    object Owner { get; }

    /// <summary>Whether it can no longer be used.</summary>
    bool IsDisposed { get; }

    /// <summary>The number of the batch that it was last in.</summary>
    long Batch { get; set; }
}
