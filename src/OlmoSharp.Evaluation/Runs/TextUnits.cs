using System.Text;

namespace OlmoSharp.Evaluation.Runs;

/// <summary>What texts are counted in, for perplexities.</summary>
internal static class TextUnits
{
    /// <summary>For each unit, its number in each text: tokens, words (between white space), characters (code points) and bytes of UTF-8.</summary>
    /// <param name="tokens">Tokens of each text.</param>
    /// <param name="texts">The texts.</param>
    public static IEnumerable<(string Unit, double[] Counts)> All(IEnumerable<int> tokens, IReadOnlyList<string> texts)
    {
        yield return ("token", [.. tokens.Select(count => (double)count)]);
        // As re.split(r"\s+") counts: one more than there are runs of white space, also where one is at an end.
        yield return ("word", [.. texts.Select(text => (double)Spaces(text) + 1)]);
        yield return ("char", [.. texts.Select(text => (double)PythonText.Length(text))]);
        yield return ("byte", [.. texts.Select(text => (double)Encoding.UTF8.GetByteCount(text))]);
    }

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
