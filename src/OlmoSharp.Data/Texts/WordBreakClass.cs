namespace OlmoSharp.Data.Texts;

/// <summary>The values of the Unicode property Word_Break (UAX #29, table 3).</summary>
internal enum WordBreakClass : byte
{
    Other,
    CarriageReturn,
    LineFeed,
    Newline,
    Extend,
    ZeroWidthJoiner,
    RegionalIndicator,
    Format,
    Katakana,
    HebrewLetter,
    ALetter,
    SingleQuote,
    DoubleQuote,
    MidNumLet,
    MidLetter,
    MidNum,
    Numeric,
    ExtendNumLet,
    WordSegmentSpace,
}
