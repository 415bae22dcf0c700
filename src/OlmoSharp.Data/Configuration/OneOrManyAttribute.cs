namespace OlmoSharp.Data.Configuration;

/// <summary>Marks a list of a config that may also be written as its only item.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrManyAttribute : Attribute;
