using System.Xml.Linq;
using Xunit;

namespace OlmoSharp.Architecture.Tests;

/// <summary>Holds this repository to the rules.</summary>
public class ArchitectureTests
{
    /// <summary>What each project may use directly; what those may use is allowed too.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["OlmoSharp.Tokenization"] = [],
        ["OlmoSharp.Distributed"] = [],
        ["OlmoSharp.Data"] = ["OlmoSharp.Tokenization", "OlmoSharp.Distributed"],
        ["OlmoSharp.Torch"] = [],
        ["OlmoSharp.Models"] = ["OlmoSharp.Torch"],
        ["OlmoSharp.Training"] = ["OlmoSharp.Models", "OlmoSharp.Data"],
        ["OlmoSharp.Inference"] = ["OlmoSharp.Models", "OlmoSharp.Tokenization"],
        ["OlmoSharp.Evaluation"] = ["OlmoSharp.Inference", "OlmoSharp.Data"],
        ["OlmoSharp.Analysis"] = ["OlmoSharp.Models", "OlmoSharp.Data"],
        ["OlmoSharp.Server"] = ["OlmoSharp.Inference", "OlmoSharp.Analysis"],
        ["OlmoSharp.Cli"] = ["OlmoSharp.Training", "OlmoSharp.Inference", "OlmoSharp.Evaluation", "OlmoSharp.Analysis", "OlmoSharp.Server"],
    };

    private static readonly IReadOnlyCollection<SourceProject> Projects =
    [
        .. Repository.ProjectsUnder("src").Select(name => SourceProject.Load(Repository.ProjectFile("src", name), AppContext.BaseDirectory)),
    ];

    [Fact]
    public void Projects_use_only_what_the_arrows_allow() => AssertHolds(Rules.CheckArrows(Projects, Arrows));

    [Fact]
    public void The_table_of_arrows_names_only_projects_that_exist() =>
        Assert.Equal(Projects.Select(project => project.Name).Order(), Arrows.Keys.Order());

    [Fact]
    public void Visible_types_are_named_after_ideas() => AssertHolds(Rules.CheckTypeNames(Projects.SelectMany(project => project.PublicTypes)));

    [Fact]
    public void Source_files_are_named_after_their_main_type() =>
        AssertHolds(Repository.SourceFiles().SelectMany(file =>
            Rules.CheckFileName(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file))));

    [Fact]
    public void Every_source_project_has_a_test_project() =>
        Assert.Empty(Repository.ProjectsUnder("src").Select(name => name + ".Tests").Except(Repository.ProjectsUnder("tests")));

    [Fact]
    public void The_solution_lists_every_project()
    {
        var listed = XDocument.Load(Path.Combine(Repository.Root, "OlmoSharp.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value);
        var present = new[] { "src", "tests" }.SelectMany(folder => Repository.ProjectsUnder(folder).Select(name => $"{folder}/{name}/{name}.csproj"));
        Assert.Empty(present.Except(listed));
    }

    private static void AssertHolds(IEnumerable<string> violations) => Assert.True(!violations.Any(), string.Join('\n', violations));
}
