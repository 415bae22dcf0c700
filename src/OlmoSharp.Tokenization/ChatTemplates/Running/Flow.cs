namespace OlmoSharp.Tokenization.ChatTemplates.Running;

/// <summary>Where a statement goes on.</summary>
internal enum Flow
{
    /// <summary>At the next statement.</summary>
    Next,

    /// <summary>Behind the loop.</summary>
    Break,

    /// <summary>At the loop's next turn.</summary>
    Continue,
}
