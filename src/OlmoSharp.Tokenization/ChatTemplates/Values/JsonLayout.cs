namespace OlmoSharp.Tokenization.ChatTemplates.Values;

/// <summary>How JSON is written.</summary>
/// <param name="Indentation">One step of it; null: all on one line.</param>
/// <param name="ItemSeparator">Between elements.</param>
/// <param name="KeySeparator">After a key.</param>
/// <param name="SortsKeys">Whether keys come in the order of their characters.</param>
/// <param name="IsAscii">Whether other characters than ASCII's are escaped.</param>
internal sealed record JsonLayout(string? Indentation, string ItemSeparator, string KeySeparator, bool SortsKeys, bool IsAscii);
