using System.Runtime.InteropServices;

namespace OlmoSharp.Data.Sources;

/// <summary>Finds the folders in which .NET is installed on this machine.</summary>
public static class DotnetRoot
{
    /// <summary>
    /// The folders that exist, most telling first: <c>DOTNET_ROOT</c>, the installation that runs this process, and the <c>dotnet</c> found on <c>PATH</c>.
    /// </summary>
    public static IReadOnlyList<string> Candidates()
    {
        List<string?> candidates = [Environment.GetEnvironmentVariable("DOTNET_ROOT"), OfRunningRuntime(), OnPath()];
        return [.. candidates.OfType<string>().Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct()];
    }

    // The runtime lies in ROOT/shared/Microsoft.NETCore.App/VERSION/.
    private static string? OfRunningRuntime() =>
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string? OnPath()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        var executable = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        return executable is null
            ? null
            : Path.GetDirectoryName(File.ResolveLinkTarget(executable, returnFinalTarget: true)?.FullName ?? executable);
    }
}
