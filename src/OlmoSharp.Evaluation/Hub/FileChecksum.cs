using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OlmoSharp.Evaluation.Hub;

/// <summary>What a file's bytes must give: SHA-256 of large files (Git LFS), Git's own SHA-1 of others, which counts a header with the size.</summary>
/// <param name="Kind"><c>sha256</c> or <c>git-sha1</c>.</param>
/// <param name="Value">Hexadecimal digits in lower case.</param>
public sealed record FileChecksum(string Kind, string Value)
{
    private const string Sha256Kind = "sha256";
    private const string GitKind = "git-sha1";

    /// <summary>The checksum of a file in Git LFS.</summary>
    internal static FileChecksum Sha256(string value) => new(Sha256Kind, value.ToLowerInvariant());

    /// <summary>The checksum of a file in Git itself: the name of its blob.</summary>
    internal static FileChecksum Git(string value) => new(GitKind, value.ToLowerInvariant());

    /// <summary>Whether a text is the digits of a checksum: 40 or 64 hexadecimal ones. It becomes a part of files' names, so nothing else may.</summary>
    internal static bool IsDigits(string value) => value.Length is 40 or 64 && value.All(char.IsAsciiHexDigit);

    /// <summary>Whether a file has this checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Stops between pieces.</param>
    /// <exception cref="EvaluationException">The kind is not known.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal bool IsOf(string path, CancellationToken cancellation)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(Kind switch
        {
            Sha256Kind => HashAlgorithmName.SHA256,
            GitKind => HashAlgorithmName.SHA1,
            _ => throw new EvaluationException($"{path}: a checksum of the kind {Kind} is not known"),
        });
        if (Kind == GitKind)
        {
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {stream.Length}\0")));
        }

        var buffer = new byte[1 << 18];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset()) == Value;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}:{Value}";
}
