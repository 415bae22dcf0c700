using System.Text.RegularExpressions;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>AGIEval's options without the letters that they begin with, most as <c>(A)</c>, some as <c> A.</c>.</summary>
internal static partial class OptionText
{
    /// <summary>Takes the letter off.</summary>
    public static string Of(string option) => Letter.Replace(option, "");

    [GeneratedRegex(@"^\s*\([A-E]\)\s*|^\s*[A-E][.?]?\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Letter { get; }
}
