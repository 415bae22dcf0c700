namespace OlmoSharp.Data.Mixing;

/// <summary>Folders for the work in between.</summary>
public sealed record WorkDirectoryConfig
{
    /// <summary>Where Dolma puts inputs fetched from elsewhere; documents here are files already, so nothing goes there.</summary>
    public string? Input { get; init; }

    /// <summary>Where files of the work in between go.</summary>
    public string? Output { get; init; }
}
