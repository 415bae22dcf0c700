using System.Buffers;
using System.Text;

namespace OlmoSharp.Data.Taggers.Code;

/// <summary>The extensions of files in a <see cref="CodeLanguage"/>, as Dolma maps them.</summary>
internal static class CodeExtensions
{
    private const int LongestExtension = 16;

    private static readonly Dictionary<string, CodeLanguage>.AlternateLookup<ReadOnlySpan<char>> Known = Lookup(
        (CodeLanguage.Python, "py bzl gyp lmi pyde pyp pyt pyw tac wsgi xpy"),
        (CodeLanguage.Java, "java"),
        (CodeLanguage.JavaScript, "js _js bones es6 jake jsb jscad jsfl jsm jss njs pac sjs ssjs xsjs xsjslib"),
        (CodeLanguage.Html, "html htm htmlhl xht xhtml"));

    /// <summary>The language of files with an extension.</summary>
    /// <param name="extension">In UTF-8, without its dot, in whatever case.</param>
    public static CodeLanguage LanguageOf(ReadOnlySpan<byte> extension)
    {
        Span<char> name = stackalloc char[LongestExtension];
        return Ascii.ToUtf16(extension, name, out var length) == OperationStatus.Done && Known.TryGetValue(name[..length], out var language)
            ? language
            : CodeLanguage.Other;
    }

    private static Dictionary<string, CodeLanguage>.AlternateLookup<ReadOnlySpan<char>> Lookup(params (CodeLanguage Language, string Extensions)[] languages) => languages
        .SelectMany(entry => entry.Extensions.Split(' ').Select(extension => (extension, entry.Language)))
        .ToDictionary(StringComparer.OrdinalIgnoreCase)
        .GetAlternateLookup<ReadOnlySpan<char>>();
}
