using OlmoSharp.Server.Hosting;

namespace OlmoSharp.Server.Routes;

/// <summary>What all parts of an answer have in common.</summary>
/// <param name="Id">The name of the request.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model.</param>
/// <param name="SystemFingerprint">What beside the request the text depends on.</param>
internal sealed record ResponseHead(string Id, long Created, string Model, string SystemFingerprint)
{
    /// <summary>For a new answer.</summary>
    /// <param name="prefix">What its name begins with.</param>
    /// <param name="model">The model.</param>
    public ResponseHead(string prefix, ServedModel model)
        : this($"{prefix}-{Guid.NewGuid():n}", DateTimeOffset.UtcNow.ToUnixTimeSeconds(), model.Name, model.Fingerprint)
    {
    }
}
