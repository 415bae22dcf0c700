namespace OlmoSharp.Data.Taggers;

/// <summary>Marks a tagger's parameter that is the path, or a list of paths, of what it reads, a file or folder: what is inside, not the path, decides the attributes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TaggerFileAttribute : Attribute;
