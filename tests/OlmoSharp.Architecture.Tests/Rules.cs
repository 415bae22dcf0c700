using System.Text.RegularExpressions;

namespace OlmoSharp.Architecture.Tests;

/// <summary>The rules of the house. Each takes plain data and returns one sentence per violation, so that it can be tried on made-up cases.</summary>
internal static partial class Rules
{
    /// <summary>Every reference, written in a project file or used by compiled code, must be in the closure of <paramref name="arrows"/>.</summary>
    /// <param name="projects">The projects to check.</param>
    /// <param name="arrows">For each project, the projects that it may use directly.</param>
    public static IEnumerable<string> CheckArrows(
        IReadOnlyCollection<SourceProject> projects, IReadOnlyDictionary<string, string[]> arrows)
    {
        var projectOfAssembly = projects.ToDictionary(project => project.AssemblyName, project => project.Name);
        foreach (var project in projects)
        {
            if (!arrows.ContainsKey(project.Name))
            {
                yield return $"{project.Name} is not in the table of arrows: say what it may use";
                continue;
            }

            var allowed = Closure(project.Name, arrows);
            foreach (var reference in project.ProjectReferences.Where(reference => !allowed.Contains(reference)))
            {
                yield return $"{project.Name}.csproj references {reference}, which it may not use";
            }

            foreach (var assembly in project.AssemblyReferences)
            {
                if (projectOfAssembly.TryGetValue(assembly, out var used) && !allowed.Contains(used))
                {
                    yield return $"the code of {project.Name} uses {used}, which it may not use";
                }
            }
        }
    }

    /// <summary>No visible type may have a name that says nothing about its idea.</summary>
    public static IEnumerable<string> CheckTypeNames(IEnumerable<string> types) =>
        from type in types
        where EmptyName.IsMatch(type)
        select $"{type}: name the type after its idea";

    /// <summary>A file <c>Name.cs</c> (or <c>Name.Part.cs</c>) must declare a type called <c>Name</c>.</summary>
    /// <param name="path">The file's path, used for its name and in the message.</param>
    /// <param name="text">The file's text.</param>
    public static IEnumerable<string> CheckFileName(string path, string text)
    {
        var name = Path.GetFileName(path).Split('.', 2)[0];
        var types = Declaration.Matches(Trivia.Replace(text, " ")).Select(match => match.Groups["name"].Value).ToList();
        // A file of assembly attributes has no type to be named after.
        if (!types.Contains(name) && !(types.Count == 0 && name == "AssemblySettings"))
        {
            yield return $"{path}: declares {(types.Count == 0 ? "no type" : string.Join(", ", types.Distinct()))}, not {name}";
        }
    }

    private static HashSet<string> Closure(string project, IReadOnlyDictionary<string, string[]> arrows)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>(arrows[project]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in arrows[next])
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }

    [GeneratedRegex(@"(Utils?|Utilit(y|ies)|Helpers?|Manager|Common)(`\d+)?$")]
    private static partial Regex EmptyName { get; }

    [GeneratedRegex(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\],.?]+)\s+(?<name>[A-Z]\w*)")]
    private static partial Regex Declaration { get; }

    // Comments, then raw, verbatim and plain strings: none of them declares a type.
    [GeneratedRegex(""""""//[^\n]*|/\*.*?\*/|"""+.*?"""+|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\n])*" """""", RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Trivia { get; }
}
