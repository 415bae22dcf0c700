namespace OlmoSharp.Data.Texts;

/// <summary>What a character is to the words of a text.</summary>
internal enum WordCharacterKind : byte
{
    /// <summary>It separates words.</summary>
    None,

    /// <summary>A letter or decimal digit: a word is a run of these and of marks.</summary>
    Part,

    /// <summary>A mark: it belongs to what stands before it.</summary>
    Mark,

    /// <summary>A letter of a script that is written without spaces, or nearly so: with its marks a word by itself.</summary>
    Whole,
}
