namespace OlmoSharp.Data.Taggers;

/// <summary>Marks a tagger's parameter that is the path of a file or folder it reads: what is inside, not the path, decides the attributes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TaggerFileAttribute : Attribute;
