namespace OlmoSharp.Data.Taggers.Pii;

/// <summary>What personal data was found: the place of its name in the taggers' types.</summary>
internal enum PiiKind
{
    /// <summary>An email address.</summary>
    Email,

    /// <summary>A telephone number of ten digits.</summary>
    Phone,

    /// <summary>An IPv4 address.</summary>
    IpAddress,
}
