using System.Text;

namespace OlmoSharp.Data.Attributes;

/// <summary>The names of attributes as Dolma makes them: <c>experiment__tagger__type</c>.</summary>
public static class AttributeName
{
    /// <summary>Joins a name's parts. Every character but ASCII letters, digits and <c>_</c> becomes <c>_</c>.</summary>
    /// <param name="experiment">The experiment; a tagger run without one takes its own name for it.</param>
    /// <param name="tagger">The tagger's name.</param>
    /// <param name="type">What the tagger says, such as <c>word_count</c>.</param>
    public static string Join(string experiment, string tagger, string type) => $"{Clean(experiment)}__{Clean(tagger)}__{Clean(type)}";

    private static string Clean(string part)
    {
        var name = new StringBuilder();
        foreach (var rune in part.EnumerateRunes())
        {
            name.Append(rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '_') ? (char)rune.Value : '_');
        }

        return name.ToString();
    }
}
