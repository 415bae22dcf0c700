namespace OlmoSharp.Data.Filters;

/// <summary>The language of a filter.</summary>
public enum FilterSyntax
{
    /// <summary>JSONPath with conditions, as in <c>$.attributes[?(@.name[0][2] &gt; 0.5)]</c>.</summary>
    Jsonpath,

    /// <summary>jq, as in <c>.attributes.name[0][2] &gt; 0.5</c>.</summary>
    Jq,
}
