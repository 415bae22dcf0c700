namespace OlmoSharp.Evaluation.Calmqa.Languages;

/// <summary>A kind of letters.</summary>
public enum WritingSystem
{
    /// <summary>Letters of none of the others.</summary>
    Other,

    /// <summary>Latin.</summary>
    Latin,

    /// <summary>Arabic, with the letters of Persian, Urdu, Pashto and others.</summary>
    Arabic,

    /// <summary>Cyrillic.</summary>
    Cyrillic,

    /// <summary>Hebrew.</summary>
    Hebrew,

    /// <summary>Devanagari.</summary>
    Devanagari,

    /// <summary>Chinese characters, wherever they are used.</summary>
    Han,

    /// <summary>Hiragana and katakana.</summary>
    Kana,

    /// <summary>Hangul.</summary>
    Hangul,
}
