using System.Reflection;
using System.Runtime.Loader;

namespace OlmoSharp.Data.Taggers;

/// <summary>Loads taggers from a user's assembly.</summary>
public static class TaggerAssembly
{
    /// <summary>Describes the public <see cref="ITagger"/> types of an assembly that have a <see cref="TaggerAttribute"/>.</summary>
    /// <param name="path">The assembly, with what it needs beside it. Its code runs with all rights of this process.</param>
    /// <exception cref="DataException">It cannot be loaded, has no such type, or one that cannot be made.</exception>
    public static IReadOnlyList<TaggerDescription> Load(string path)
    {
        try
        {
            var full = Path.GetFullPath(path);
            if (!File.Exists(full))
            {
                throw new DataException($"{path}: there is no such assembly. Name the .dll that your tagger project builds.");
            }

            var assembly = new Context(full).LoadFromAssemblyPath(full);
            TaggerDescription[] taggers =
            [
                .. from type in assembly.GetExportedTypes()
                   let attribute = type.GetCustomAttribute<TaggerAttribute>()
                   where attribute is not null
                   orderby attribute.Name
                   select Describe(path, type, attribute),
            ];
            return taggers.Length > 0
                ? taggers
                : throw new DataException($"{path}: has no public class with a [Tagger(\"name\", \"summary\")] attribute. Add it to the classes that implement ITagger.");
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or TypeLoadException or ReflectionTypeLoadException)
        {
            throw new DataException($"{path}: cannot be loaded as an assembly: {error.Message}", error);
        }
    }

    private static TaggerDescription Describe(string path, Type type, TaggerAttribute attribute)
    {
        if (!type.IsAssignableTo(typeof(ITagger)))
        {
            throw new DataException($"{path}: {type} has a [Tagger] attribute but does not implement ITagger.");
        }

        if (type.IsAbstract || type.GetConstructors() is not [var constructor] || constructor.GetParameters() is not ([] or [{ ParameterType.IsClass: true }]))
        {
            throw new DataException($"{path}: {type} needs one public constructor, without parameters or with one record of the tagger's parameters.");
        }

        var parameters = constructor.GetParameters().FirstOrDefault()?.ParameterType;
        return TaggerDescription.Of(attribute.Name, attribute.Summary, parameters, record => () => Make(type, record)) with
        {
            Version = type.Module.ModuleVersionId.ToString(),
        };
    }

    private static ITagger Make(Type type, object? parameters)
    {
        try
        {
            return (ITagger)(parameters is null ? Activator.CreateInstance(type) : Activator.CreateInstance(type, parameters))!;
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            throw new DataException($"tagger {type}: cannot be made: {inner.Message}", inner);
        }
    }

    /// <summary>Takes what this program already has from it, so that interfaces are the same, and the rest from beside the assembly.</summary>
    private sealed class Context(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            Default.Assemblies.Any(assembly => assembly.GetName().Name == assemblyName.Name) || _resolver.ResolveAssemblyToPath(assemblyName) is not { } found
                ? null
                : LoadFromAssemblyPath(found);
    }
}
