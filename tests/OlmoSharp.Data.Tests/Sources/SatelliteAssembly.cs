using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Resources;

namespace OlmoSharp.Data.Tests.Sources;

/// <summary>Writes assemblies that hold nothing but resources.</summary>
internal static class SatelliteAssembly
{
    public static byte[] Build(params (string Stream, byte[] Resources)[] streams)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Satellite"), typeof(object).Assembly);
        assembly.DefineDynamicModule("Satellite");
        var metadata = assembly.GenerateMetadata(out var code, out _);
        var resources = new BlobBuilder();
        foreach (var (stream, bytes) in streams)
        {
            metadata.AddManifestResource(ManifestResourceAttributes.Public, metadata.GetOrAddString(stream), default, (uint)resources.Count);
            resources.WriteInt32(bytes.Length);
            resources.WriteBytes(bytes);
            resources.Align(8);
        }

        var image = new BlobBuilder();
        new ManagedPEBuilder(PEHeaderBuilder.CreateLibraryHeader(), new MetadataRootBuilder(metadata), code, managedResources: resources).Serialize(image);
        return image.ToArray();
    }

    public static byte[] Resources(params (string Key, object Value)[] entries)
    {
        var stream = new MemoryStream();
        using (var writer = new ResourceWriter(stream))
        {
            foreach (var (key, value) in entries)
            {
                writer.AddResource(key, value);
            }

            writer.Generate();
        }

        return stream.ToArray();
    }
}
