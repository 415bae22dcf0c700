using System.Security.Cryptography;
using System.Text;
using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Access;

/// <summary>The keys of a server. They are kept as hashes only.</summary>
internal sealed class ApiKeys
{
    private const string Scheme = "Bearer ";

    private readonly byte[][] _hashes;

    /// <summary>Takes keys.</summary>
    /// <param name="keys">None: everyone may call.</param>
    public ApiKeys(IEnumerable<string> keys) => _hashes = [.. keys.Select(Hash)];

    /// <summary>Whether there are any.</summary>
    public bool AreRequired => _hashes.Length > 0;

    /// <summary>Checks an <c>Authorization</c> header.</summary>
    /// <exception cref="ApiException">It holds none of the keys.</exception>
    public void Check(string? authorization)
    {
        if (!AreRequired)
        {
            return;
        }

        if (string.IsNullOrEmpty(authorization))
        {
            throw ApiException.Unauthorized("No API key was given; send it in the header 'Authorization: Bearer KEY'.", "missing_api_key");
        }

        if (!authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !Contains(authorization[Scheme.Length..].Trim()))
        {
            throw ApiException.Unauthorized("The API key is not one of this server's.", "invalid_api_key");
        }
    }

    private bool Contains(string key)
    {
        // Hashes have one length, and all are compared whole, so that the time tells nothing.
        var hash = Hash(key);
        var found = false;
        foreach (var known in _hashes)
        {
            found |= CryptographicOperations.FixedTimeEquals(known, hash);
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
