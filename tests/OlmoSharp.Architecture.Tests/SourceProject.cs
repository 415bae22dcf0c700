using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace OlmoSharp.Architecture.Tests;

/// <summary>One project as the rules see it: what its project file names, and what its compiled assembly really uses.</summary>
internal sealed record SourceProject
{
    public required string Name { get; init; }

    public required string AssemblyName { get; init; }

    /// <summary>Names of the projects that the project file references.</summary>
    public required ImmutableArray<string> ProjectReferences { get; init; }

    /// <summary>Names of the assemblies that the compiled code references.</summary>
    public ImmutableArray<string> AssemblyReferences { get; init; } = [];

    /// <summary>Full names of the visible types of the compiled assembly.</summary>
    public ImmutableArray<string> PublicTypes { get; init; } = [];

    /// <summary>Reads a project file, and its compiled assembly from <paramref name="assemblyFolder"/>.</summary>
    public static SourceProject Load(string projectFile, string assemblyFolder)
    {
        var (name, assemblyName, references) = ReadProjectFile(projectFile);
        using var stream = File.OpenRead(Path.Combine(assemblyFolder, assemblyName + ".dll"));
        using var assembly = new PEReader(stream);
        var metadata = assembly.GetMetadataReader();
        return new SourceProject
        {
            Name = name,
            AssemblyName = assemblyName,
            ProjectReferences = references,
            AssemblyReferences =
            [
                .. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name)),
            ],
            PublicTypes =
            [
                .. metadata.TypeDefinitions
                    .Select(handle => metadata.GetTypeDefinition(handle))
                    .Where(type => IsVisible(metadata, type))
                    .Select(type => FullName(metadata, type)),
            ],
        };
    }

    private static (string Name, string AssemblyName, ImmutableArray<string> References) ReadProjectFile(string projectFile)
    {
        var name = Path.GetFileNameWithoutExtension(projectFile);
        var project = XDocument.Load(projectFile);
        var references = project.Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(path => Path.GetFileNameWithoutExtension(path));
        return (name, project.Descendants("AssemblyName").SingleOrDefault()?.Value ?? name, [.. references]);
    }

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type) =>
        (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask) switch
        {
            System.Reflection.TypeAttributes.Public => true,
            System.Reflection.TypeAttributes.NestedPublic => IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
            _ => false,
        };

    private static string FullName(MetadataReader metadata, TypeDefinition type)
    {
        var name = metadata.GetString(type.Name);
        return type.IsNested
            ? FullName(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())) + "." + name
            : metadata.GetString(type.Namespace) + "." + name;
    }
}
