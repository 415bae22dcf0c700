namespace OlmoSharp.Architecture.Tests;

/// <summary>The files of this repository, found from where the tests run.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Names of the projects under a top folder such as <c>src</c>.</summary>
    public static IReadOnlyList<string> ProjectsUnder(string folder) =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Root, folder))
            .Select(directory => Path.GetFileName(directory)!)
            .Where(name => File.Exists(ProjectFile(folder, name)))
            .Order(StringComparer.Ordinal),
    ];

    public static string ProjectFile(string folder, string project) => Path.Combine(Root, folder, project, project + ".csproj");

    /// <summary>Every C# file of <c>src</c>, <c>tests</c> and <c>benchmarks</c>.</summary>
    public static IEnumerable<string> SourceFiles() =>
        from folder in new[] { "src", "tests", "benchmarks" }
        let path = Path.Combine(Root, folder)
        where Directory.Exists(path)
        from file in Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar)
        where !parts.Contains("bin") && !parts.Contains("obj") && !parts.Contains("node_modules")
        select file;

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "OlmoSharp.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no OlmoSharp.slnx in any folder above {AppContext.BaseDirectory}");
    }
}
