namespace OlmoSharp.Cli.Display;

/// <summary>A column of a <see cref="ResultTable"/>.</summary>
/// <param name="Name">The header, and the key in JSON with spaces as underscores.</param>
/// <param name="IsNumber">True to align to the right.</param>
internal sealed record ResultColumn(string Name, bool IsNumber = false);
