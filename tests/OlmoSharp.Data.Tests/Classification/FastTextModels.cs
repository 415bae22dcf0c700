namespace OlmoSharp.Data.Tests.Classification;

/// <summary>Small models that fasttext 0.9.2 made, each with what it printed.</summary>
internal static class FastTextModels
{
    public static byte[] Read(string name)
    {
        using var stream = typeof(FastTextModels).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static string Write(TemporaryFolder folder, string name) => folder.Write(name, Read(name));
}
