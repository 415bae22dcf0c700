namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>What a character is in a word.</summary>
internal enum LetterKind
{
    /// <summary>It is between words.</summary>
    Border,

    /// <summary>A letter.</summary>
    Letter,

    /// <summary>A mark on a letter.</summary>
    Mark,

    /// <summary>An apostrophe, which is a letter before or between letters.</summary>
    Apostrophe,

    /// <summary>It is as if it were not there.</summary>
    Ignored,
}
