namespace OlmoSharp.Evaluation.Hub;

/// <summary>What is to be done for a split.</summary>
public enum FetchState
{
    /// <summary>The data folder has files of it that were not downloaded; they stay as they are.</summary>
    Own,

    /// <summary>It was downloaded before, and is there.</summary>
    Kept,

    /// <summary>It is to be downloaded.</summary>
    Missing,
}
