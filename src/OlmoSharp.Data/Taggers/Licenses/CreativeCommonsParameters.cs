using System.ComponentModel.DataAnnotations;

namespace OlmoSharp.Data.Taggers.Licenses;

/// <summary>The parameters of the taggers of Creative Commons licences.</summary>
public sealed record CreativeCommonsParameters
{
    /// <summary>Where to look: <c>metadata.</c> and the name of a field that holds the page's HTML, or <c>text</c>.</summary>
    [RegularExpression(@"text|metadata\..+", ErrorMessage = "must be text, or metadata. and the name of a field, such as metadata.html")]
    public string Field { get; init; } = "metadata.html";
}
