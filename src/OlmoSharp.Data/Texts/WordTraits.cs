namespace OlmoSharp.Data.Texts;

/// <summary>What is in a word.</summary>
[Flags]
public enum WordTraits
{
    /// <summary>Nothing of what follows.</summary>
    None = 0,

    /// <summary>A letter: a character of Unicode's categories L*.</summary>
    Letter = 1,

    /// <summary>One of Gopher's symbols: <c>#</c> or the ellipsis <c>…</c>.</summary>
    Symbol = 2,
}
