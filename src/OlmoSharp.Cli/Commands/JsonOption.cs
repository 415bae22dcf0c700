using System.CommandLine;

namespace OlmoSharp.Cli.Commands;

/// <summary>The option <c>--json</c> of every command whose output is data.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json") => Description = "Write JSON instead of a table";
}
