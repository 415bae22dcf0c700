namespace OlmoSharp.Data.Taggers.Length;

/// <summary>The taggers that measure how long a text is.</summary>
internal static class LengthTaggers
{
    public static IEnumerable<TaggerDescription> All =>
    [
        TaggerDescription.Of("char_length_v1", "code points of the document", () => new CharLengthTagger()),
    ];
}
