using System.CommandLine;
using OlmoSharp.Data.Taggers;

namespace OlmoSharp.Cli.Commands.Data;

/// <summary>The option <c>--tagger-assembly</c> of every command that uses taggers.</summary>
internal sealed class TaggerAssemblyOption : Option<string[]>
{
    public TaggerAssemblyOption()
        : base("--tagger-assembly")
    {
        HelpName = "DLL";
        Description = "An assembly with taggers of your own; may be given several times";
    }

    /// <summary>The catalog with the taggers of these assemblies and of those that a config names.</summary>
    public TaggerCatalog Catalog(ParseResult arguments, IReadOnlyList<string> more)
    {
        var catalog = new TaggerCatalog();
        foreach (var path in more.Concat(arguments.GetValue(this) ?? []).Distinct())
        {
            catalog.Add(TaggerAssembly.Load(path));
        }

        return catalog;
    }
}
