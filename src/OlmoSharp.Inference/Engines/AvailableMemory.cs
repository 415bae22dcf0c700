using System.Globalization;

namespace OlmoSharp.Inference.Engines;

/// <summary>The memory that a process can still get.</summary>
internal static class AvailableMemory
{
    /// <summary>For messages.</summary>
    public const double BytesAGibibyte = 1 << 30;

    private const string SystemFile = "/proc/meminfo";
    private const string AvailableKey = "MemAvailable:";

    /// <summary>Bytes: what the system says is available, and no more than a container may have.</summary>
    public static long Bytes
    {
        get
        {
            var memory = GC.GetGCMemoryInfo();
            // The collector knows the limits of containers, the system what others have taken. The page cache counts as available, and with it the files that are to be mapped.
            return File.Exists(SystemFile) ? Math.Min(memory.TotalAvailableMemoryBytes, Parse(File.ReadLines(SystemFile))) : memory.TotalAvailableMemoryBytes;
        }
    }

    /// <summary>Reads Linux's <c>/proc/meminfo</c>.</summary>
    /// <returns>Bytes; without bound where the file does not say.</returns>
    internal static long Parse(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(AvailableKey, StringComparison.Ordinal));
        return line?[AvailableKey.Length..].Trim().Split(' ') is [var kibibytes, "kB"] && long.TryParse(kibibytes, CultureInfo.InvariantCulture, out var count)
            ? count * 1024
            : long.MaxValue;
    }
}
