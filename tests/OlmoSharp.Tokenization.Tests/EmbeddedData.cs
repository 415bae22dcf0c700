namespace OlmoSharp.Tokenization.Tests;

/// <summary>The files under Data.</summary>
internal static class EmbeddedData
{
    public static byte[] Bytes(string name)
    {
        using Stream stream = typeof(EmbeddedData).Assembly.GetManifestResourceStream(name)!;
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static string[] Lines(string name) => System.Text.Encoding.UTF8.GetString(Bytes(name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
