using System.Collections;
using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace OlmoSharp.Data.Configuration;

/// <summary>One key of a record: the property behind it and what it takes.</summary>
internal sealed class ConfigMember
{
    private static readonly ConcurrentDictionary<Type, (ConstructorInfo? Constructor, IReadOnlyList<ConfigMember> Members)> Known = new();

    private ConfigMember(PropertyInfo property, ParameterInfo? parameter, NullabilityInfo type)
    {
        Property = property;
        Parameter = parameter;
        Type = type;
        Name = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? ConfigPath.NameOf(property.Name);
        IsRequired = parameter is null ? property.IsDefined(typeof(RequiredMemberAttribute)) : !parameter.HasDefaultValue;
        TakesOne = property.IsDefined(typeof(OneOrManyAttribute));
        Limits = [.. property.GetCustomAttributes<ValidationAttribute>(), .. parameter?.GetCustomAttributes<ValidationAttribute>() ?? []];
    }

    /// <summary>The key, in snake_case unless the property has a <see cref="JsonPropertyNameAttribute"/>.</summary>
    public string Name { get; }

    public PropertyInfo Property { get; }

    /// <summary>The constructor parameter that sets the property, if one does.</summary>
    public ParameterInfo? Parameter { get; }

    public NullabilityInfo Type { get; }

    public bool IsRequired { get; }

    /// <summary>Whether a list may be written as its only item.</summary>
    public bool TakesOne { get; }

    public IReadOnlyList<ValidationAttribute> Limits { get; }

    /// <summary>The constructor to use, and the members in the order declared.</summary>
    /// <exception cref="InvalidOperationException">The type cannot be made from a config: a mistake of the program, not of the config.</exception>
    public static (ConstructorInfo? Constructor, IReadOnlyList<ConfigMember> Members) Of(Type type) => Known.GetOrAdd(type, Describe);

    private static (ConstructorInfo? Constructor, IReadOnlyList<ConfigMember> Members) Describe(Type type)
    {
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length);
        if (type.IsAbstract || type.IsPrimitive || type.IsAssignableTo(typeof(IEnumerable)) || (constructor is null && !type.IsValueType))
        {
            throw new InvalidOperationException($"{type} cannot be read from a config: it is not a scalar, list, dictionary or record");
        }

        var nullability = new NullabilityInfoContext();
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && !property.IsDefined(typeof(JsonIgnoreAttribute)))
            .ToList();
        var parameters = constructor?.GetParameters() ?? [];
        if (parameters.FirstOrDefault(parameter => properties.All(property => property.Name != parameter.Name)) is { } stray)
        {
            throw new InvalidOperationException($"{type} cannot be read from a config: its constructor parameter '{stray.Name}' has no property of that name");
        }

        return (constructor,
        [
            .. from property in properties
               let parameter = parameters.FirstOrDefault(parameter => parameter.Name == property.Name)
               where parameter is not null || property.SetMethod is { IsPublic: true }
               select new ConfigMember(property, parameter, nullability.Create(property)),
        ]);
    }
}
