namespace OlmoSharp.Data.Texts;

/// <summary>How often something was counted.</summary>
internal struct HashCount
{
    /// <summary>Its hash.</summary>
    public ulong Hash;

    /// <summary>The place of the first of them.</summary>
    public int First;

    /// <summary>How many there are.</summary>
    public int Times;
}
