namespace OlmoSharp.Data.Tokens.Config;

/// <summary>The section <c>fields</c>: accepted with Dolma's defaults.</summary>
public sealed record TokensFieldsConfig
{
    /// <summary>The field of the text.</summary>
    public string TextFieldName { get; init; } = "text";

    /// <summary>The Python type of the text.</summary>
    public string TextFieldType { get; init; } = "str";

    /// <summary>The field of the id.</summary>
    public string? IdFieldName { get; init; } = "id";

    /// <summary>The Python type of the id.</summary>
    public string IdFieldType { get; init; } = "str";
}
