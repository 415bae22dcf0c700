namespace OlmoSharp.Cli.Help;

/// <summary>An example in a command's help.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Effect">What it does, as a short sentence without its full stop.</param>
internal sealed record Example(string CommandLine, string Effect);
