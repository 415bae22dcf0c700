namespace OlmoSharp.Data.Taggers.Code;

/// <summary>A language whose comments are known.</summary>
internal enum CodeLanguage
{
    /// <summary>Any other.</summary>
    Other,

    /// <summary>Python.</summary>
    Python,

    /// <summary>Java.</summary>
    Java,

    /// <summary>JavaScript.</summary>
    JavaScript,

    /// <summary>HTML.</summary>
    Html,
}

