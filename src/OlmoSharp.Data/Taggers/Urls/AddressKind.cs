namespace OlmoSharp.Data.Taggers.Urls;

/// <summary>What an entry of a list stands for; the number is part of its hash.</summary>
internal enum AddressKind
{
    /// <summary>A host, with and without <c>www.</c>.</summary>
    Host,

    /// <summary>A host and all of its subdomains.</summary>
    Domain,

    /// <summary>A page, or host without path.</summary>
    Link,
}
