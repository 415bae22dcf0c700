namespace OlmoSharp.Data.Taggers;

/// <summary>
/// Makes an <see cref="ITagger"/> of a user's assembly known. The type is public and has either a constructor without parameters, or one that
/// takes a record: the tagger's parameters, read from the config.
/// </summary>
/// <param name="name">The name in configs and attributes.</param>
/// <param name="summary">What the tagger says, on one line.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TaggerAttribute(string name, string summary) : Attribute
{
    /// <summary>The name in configs and attributes.</summary>
    public string Name { get; } = name;

    /// <summary>What the tagger says, on one line.</summary>
    public string Summary { get; } = summary;
}
