using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using OlmoSharp.Torch.Native;
using TorchSharp;
using Xunit;

namespace OlmoSharp.Torch.Tests.Native;

/// <summary>The build relaxes one symbol-version requirement of TorchSharp's library where the system is too old for it.</summary>
public sealed class NativeLibraryTests
{
    private const string Tag = "GLIBCXX_3.4.32";
    private const string Library = "libLibTorchSharp.so";

    private static readonly string OutputPath = Path.Combine(AppContext.BaseDirectory, Library);

    [Fact]
    public void Requirement_is_weak_exactly_where_the_system_lacks_the_version()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux libraries have version requirements");
        TorchBackend.EnsureLoaded();
        var system = File.ReadLines("/proc/self/maps").Select(line => line[(line.IndexOf('/', StringComparison.Ordinal) + 1)..])
            .First(path => path.Contains("/libstdc++.so.6", StringComparison.Ordinal));
        var systemHasTag = Encoding.Latin1.GetString(File.ReadAllBytes("/" + system)).Contains(Tag + "\0", StringComparison.Ordinal);
        var flags = FlagsOf(File.ReadAllBytes(OutputPath), Tag);
        Assert.Equal(systemHasTag ? 0 : 2, flags);
    }

    [Fact]
    public void The_package_cache_keeps_the_original()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "libraries are changed on Linux only");
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        var package = Path.Combine(packages, "torchsharp", version);
        var archive = Path.Combine(package, $"torchsharp.{version}.nupkg");
        Assert.SkipUnless(File.Exists(archive), "the package cache holds no archive of TorchSharp to compare with");
        const string entry = $"runtimes/linux-x64/native/{Library}";
        using var zip = ZipFile.OpenRead(archive);
        using var original = new MemoryStream();
        using (var stream = zip.GetEntry(entry)!.Open())
        {
            stream.CopyTo(original);
        }

        Assert.Equal(original.ToArray(), File.ReadAllBytes(Path.Combine(package, entry)));
        // Nothing but the one flag may differ in the output.
        var output = File.ReadAllBytes(OutputPath);
        Assert.Equal(original.Length, output.Length);
        Assert.InRange(original.ToArray().Zip(output).Count(pair => pair.First != pair.Second), 0, 1);
    }

    /// <summary>vna_flags of the version requirement of that name, found through the section's name, which the build does not use.</summary>
    private static int FlagsOf(ReadOnlySpan<byte> elf, string tag)
    {
        var sections = (int)BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3C..]);
        var namesAt = Section(elf, BinaryPrimitives.ReadUInt16LittleEndian(elf[0x3E..])).Offset;
        var strings = 0;
        var requirements = (Offset: 0, Size: 0);
        for (var i = 0; i < count; i++)
        {
            var name = Text(elf, namesAt + BinaryPrimitives.ReadInt32LittleEndian(elf[(sections + i * 64)..]));
            strings = name == ".dynstr" ? Section(elf, i).Offset : strings;
            requirements = name == ".gnu.version_r" ? Section(elf, i) : requirements;
        }

        // Entries of both kinds (Verneed, Vernaux) have 16 bytes and fill the section, so each can be tried as a Vernaux:
        // its hash field must be the ELF hash of the name it points to.
        for (var at = requirements.Offset; at < requirements.Offset + requirements.Size; at += 16)
        {
            var nameOffset = BinaryPrimitives.ReadInt32LittleEndian(elf[(at + 8)..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(elf[at..]) == ElfHash(tag) && Text(elf, strings + nameOffset) == tag)
            {
                return BinaryPrimitives.ReadUInt16LittleEndian(elf[(at + 4)..]);
            }
        }

        throw new InvalidDataException($"the library does not require {tag}");

        (int Offset, int Size) Section(ReadOnlySpan<byte> file, int index)
            => ((int)BinaryPrimitives.ReadInt64LittleEndian(file[(sections + index * 64 + 0x18)..]),
                (int)BinaryPrimitives.ReadInt64LittleEndian(file[(sections + index * 64 + 0x20)..]));
    }

    private static string Text(ReadOnlySpan<byte> elf, int offset)
    {
        var text = elf[offset..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    private static uint ElfHash(string name)
    {
        var hash = 0u;
        foreach (var c in name)
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
