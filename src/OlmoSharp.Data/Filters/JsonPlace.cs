namespace OlmoSharp.Data.Filters;

/// <summary>Which value of a document a part of a filter works on, as far as that can be said without the document.</summary>
internal enum JsonPlace
{
    /// <summary>Any other.</summary>
    Elsewhere,

    /// <summary>The document itself.</summary>
    Document,

    /// <summary>Its attributes.</summary>
    Attributes,
}
