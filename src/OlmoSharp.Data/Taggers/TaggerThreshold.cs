namespace OlmoSharp.Data.Taggers;

/// <summary>A published threshold on what a tagger says.</summary>
/// <param name="Type">What is said: one of <see cref="ITagger.Types"/>.</param>
/// <param name="Rule">When a document, or the part of the text, is dropped, such as <c>&lt; 50 or &gt; 100000</c>.</param>
/// <param name="Source">Who published it.</param>
public sealed record TaggerThreshold(string Type, string Rule, string Source);
