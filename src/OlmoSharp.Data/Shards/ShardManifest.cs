using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace OlmoSharp.Data.Shards;

/// <summary>
/// The side-car of a set of shards, <c>NAME.shards.json</c> beside <c>NAME-00000.npy</c>, <c>NAME-00001.npy</c> and so on. One file for the whole set,
/// written last: it appears with the complete set or not at all, so a set that lost its last shard to an interruption cannot be mistaken for a whole one.
/// </summary>
public sealed partial record ShardManifest
{
    /// <summary>How the name of a side-car ends.</summary>
    public const string FileSuffix = ".shards.json";

    /// <summary>The version of this layout that is written and read.</summary>
    public const int CurrentFormatVersion = 1;

    /// <summary>Version of the layout.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>How a token is stored.</summary>
    public required TokenType Dtype { get; init; }

    /// <summary>The tokenizer that made the ids.</summary>
    public required TokenizerIdentity Tokenizer { get; init; }

    /// <summary>The shards in order.</summary>
    public required IReadOnlyList<ShardEntry> Shards { get; init; }

    /// <summary>Tokens of all shards.</summary>
    [JsonIgnore]
    public long TokenCount => Shards.Sum(shard => shard.TokenCount);

    /// <summary>Documents of all shards.</summary>
    [JsonIgnore]
    public long DocumentCount => Shards.Sum(shard => shard.DocumentCount);

    /// <summary>Bytes of UTF-8 text of all shards.</summary>
    [JsonIgnore]
    public long Utf8ByteCount => Shards.Sum(shard => shard.Utf8ByteCount);

    /// <summary>Reads and checks a side-car.</summary>
    /// <exception cref="DataException">The file is missing, is not valid JSON of this layout, or contradicts itself.</exception>
    public static ShardManifest Load(string path)
    {
        ShardManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ShardManifestJson.Default.ShardManifest);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new DataException($"{path}: cannot read this side-car ({exception.Message}). Restore it, or write the shards again.", exception);
        }

        string? problem = manifest is null ? "it is empty" : manifest.Problem();
        return problem is null ? manifest! : throw new DataException($"{path}: {problem}. Restore this side-car, or write the shards again.");
    }

    /// <summary>Where the side-car of a token file would be, or null when the file is not named <c>NAME-NNNNN.npy</c>.</summary>
    internal static string? PathFor(string tokenFile)
    {
        var match = NumberedShard().Match(Path.GetFileName(tokenFile));
        return match.Success ? Path.Combine(Path.GetDirectoryName(tokenFile) ?? "", match.Groups["name"].Value + FileSuffix) : null;
    }

    /// <summary>The document offsets that belong to a token file.</summary>
    internal static string DocumentsPathFor(string tokenFile) => Path.ChangeExtension(tokenFile, ".csv.gz");

    internal byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ShardManifestJson.Default.ShardManifest), (byte)'\n'];

    private string? Problem()
    {
        if (FormatVersion != CurrentFormatVersion)
        {
            return $"format version {FormatVersion} is not {CurrentFormatVersion}, the only one this program reads";
        }

        if (Tokenizer.Problem() is { } problem)
        {
            return problem;
        }

        if (Dtype == TokenType.UInt16 && TokenTypes.ForVocabulary(Tokenizer.VocabularySize) != TokenType.UInt16)
        {
            return $"a vocabulary of {Tokenizer.VocabularySize} does not fit uint16";
        }

        foreach (var shard in Shards)
        {
            if (shard.File != Path.GetFileName(shard.File) || !shard.File.EndsWith(".npy", StringComparison.Ordinal))
            {
                return $"'{shard.File}' is not the plain name of an .npy file";
            }

            if (shard.TokenCount < 0 || shard.DocumentCount < 0 || shard.Utf8ByteCount < 0)
            {
                return $"'{shard.File}' has a negative count";
            }
        }

        return null;
    }

    [GeneratedRegex(@"^(?<name>.+)-\d{5,}\.npy$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedShard();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    UseStringEnumConverter = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(ShardManifest))]
internal sealed partial class ShardManifestJson : JsonSerializerContext;
