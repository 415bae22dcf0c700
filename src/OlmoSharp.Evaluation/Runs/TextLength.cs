using System.Text;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>How long a text is in the units of perplexities.</summary>
/// <param name="Words">Words between white space, as <c>len(re.split(r"\s+", text))</c> counts: one more than there are runs of white space, also where one is at an end.</param>
/// <param name="Characters">Code points.</param>
/// <param name="Bytes">Bytes of UTF-8.</param>
internal readonly record struct TextLength(int Words, int Characters, int Bytes)
{
    /// <summary>Measures a text.</summary>
    public static TextLength Of(string text) => new(Spaces(text) + 1, PythonText.Length(text), Encoding.UTF8.GetByteCount(text));

    private static int Spaces(string text)
    {
        var runs = 0;
        for (var i = 0; i < text.Length; i++)
        {
            runs += PythonText.IsSpace(text[i]) && (i == 0 || !PythonText.IsSpace(text[i - 1])) ? 1 : 0;
        }

        return runs;
    }
}
