using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>HellaSwag's preprocessing: the brackets that its WikiHow part carries are taken out.</summary>
internal static partial class WikiHowText
{
    /// <summary>Strips, makes <c> [title]</c> a full stop, takes out whatever else stands in brackets, and makes double spaces single once.</summary>
    public static string Clean(string text) =>
        Brackets.Replace(Title.Replace(PythonText.Strip(text), ". "), "").Replace("  ", " ", StringComparison.Ordinal);

    [GeneratedRegex(@"\.? \[title\]", RegexOptions.CultureInvariant)]
    private static partial Regex Title { get; }

    [GeneratedRegex(@"\[.*?\]", RegexOptions.CultureInvariant)]
    private static partial Regex Brackets { get; }
}
