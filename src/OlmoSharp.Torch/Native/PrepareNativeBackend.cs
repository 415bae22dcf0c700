using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

// An MSBuild task, compiled by the build itself (see NativeBackend.targets); it targets netstandard2.0.

/// <summary>
/// Gathers the native libraries of the Torch backend into one folder that every output folder shares through hard links.
/// On Linux systems whose libstdc++ is older than GCC 13 it also relaxes one symbol-version requirement of libLibTorchSharp.so.
/// </summary>
public sealed class PrepareNativeBackend : Task
{
    private const string RequiredTag = "GLIBCXX_3.4.32";
    private const int GnuVersionNeeded = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;

    [Required]
    public ITaskItem[] Libraries { get; set; } = Array.Empty<ITaskItem>();

    [Required]
    public string Destination { get; set; } = "";

    public override bool Execute()
    {
        Directory.CreateDirectory(Destination);
        foreach (var item in Libraries)
        {
            var source = item.GetMetadata("FullPath");
            var target = Path.Combine(Destination, Path.GetFileName(source));
            try
            {
                if (IsUpToDate(source, target))
                {
                    continue;
                }

                // Built beside the final name, so that a stopped build leaves no half library behind.
                var temporary = target + "." + Guid.NewGuid().ToString("N");
                if (Path.GetFileName(source) == "libLibTorchSharp.so" && !SystemHasTag())
                {
                    var image = File.ReadAllBytes(source);
                    MakeRequirementWeak(image, source);
                    File.WriteAllBytes(temporary, image);
                }
                else if (!RuntimeInformation.IsOSPlatform(OSPlatform.Linux) || link(source, temporary) != 0)
                {
                    File.Copy(source, temporary);
                }

                File.Delete(target);
                File.Move(temporary, target);
            }
            catch (Exception e) when (e is IOException || e is UnauthorizedAccessException || e is InvalidDataException)
            {
                Log.LogError("OlmoSharp native backend: cannot prepare '{0}': {1}", target, e.Message);
            }
        }

        return !Log.HasLoggedErrors;
    }

    private static bool IsUpToDate(string source, string target)
        => File.Exists(target)
            && new FileInfo(target).Length == new FileInfo(source).Length
            && File.GetLastWriteTimeUtc(target) >= File.GetLastWriteTimeUtc(source);

    /// <summary>Whether the libstdc++ that the dynamic loader would pick knows the version tag.</summary>
    private static bool SystemHasTag()
    {
        if (dlopen("libstdc++.so.6", 2) == IntPtr.Zero)
        {
            return false;
        }

        foreach (var line in File.ReadAllLines("/proc/self/maps"))
        {
            var slash = line.IndexOf('/');
            if (slash > 0 && Path.GetFileName(line.Substring(slash)).StartsWith("libstdc++.so.6", StringComparison.Ordinal))
            {
                return Encoding.GetEncoding("iso-8859-1").GetString(File.ReadAllBytes(line.Substring(slash))).Contains(RequiredTag + "\0");
            }
        }

        return false;
    }

    /// <summary>
    /// Sets VER_FLG_WEAK on the one .gnu.version_r entry that names the tag. Nothing in the library is bound to a symbol of that
    /// version except std::ios_base_library_init(), which no relocation uses, so the loader may go on without it.
    /// </summary>
    private static void MakeRequirementWeak(byte[] elf, string path)
    {
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[2] != 'L' || elf[3] != 'F' || elf[4] != 2 || elf[5] != 1)
        {
            throw new InvalidDataException("'" + path + "' is not a 64-bit little-endian ELF library; restore the TorchSharp package again");
        }

        var sections = (int)BitConverter.ToInt64(elf, 0x28);
        int entrySize = BitConverter.ToUInt16(elf, 0x3A), count = BitConverter.ToUInt16(elf, 0x3C);
        for (var i = 0; i < count; i++)
        {
            var header = sections + i * entrySize;
            if (BitConverter.ToInt32(elf, header + 4) != GnuVersionNeeded)
            {
                continue;
            }

            var start = (int)BitConverter.ToInt64(elf, header + 0x18);
            var names = sections + BitConverter.ToInt32(elf, header + 0x28) * entrySize;
            var strings = (int)BitConverter.ToInt64(elf, names + 0x18);
            for (int need = start, step = -1; step != 0; need += step)
            {
                var entry = need + BitConverter.ToInt32(elf, need + 8);
                for (int k = 0, entries = BitConverter.ToUInt16(elf, need + 2); k < entries; k++)
                {
                    if (NameAt(elf, strings + BitConverter.ToInt32(elf, entry + 8)) == RequiredTag)
                    {
                        elf[entry + 4] |= (byte)WeakFlag;
                        return;
                    }

                    entry += BitConverter.ToInt32(elf, entry + 12);
                }

                step = BitConverter.ToInt32(elf, need + 12);
            }
        }

        throw new InvalidDataException(
            "'" + path + "' does not require " + RequiredTag + " as the expected TorchSharp build does; "
            + "this system's libstdc++ is older than GCC 13, so either use that build or install a newer libstdc++6");
    }

    private static string NameAt(byte[] elf, int offset)
    {
        var end = Array.IndexOf(elf, (byte)0, offset);
        return Encoding.ASCII.GetString(elf, offset, end - offset);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int link(string oldPath, string newPath);

    [DllImport("libc")]
    private static extern IntPtr dlopen(string name, int flags);
}
