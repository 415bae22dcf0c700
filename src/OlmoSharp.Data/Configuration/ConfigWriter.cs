using System.Collections;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OlmoSharp.Data.Configuration;

/// <summary>Writes a config, every default resolved, as YAML that <see cref="ConfigReader"/> reads back to equal values.</summary>
public static class ConfigWriter
{
    /// <summary>The config as YAML text, keys in the order declared, lines ended by a line feed.</summary>
    /// <exception cref="InvalidOperationException">A type in it is not one that a config can hold.</exception>
    public static string Write(object config)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings().WithNewLine("\n").WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, config);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(Emitter emitter, object? value)
    {
        switch (value)
        {
            case null:
                WriteScalar(emitter, "null", ScalarStyle.Plain);
                break;
            case not null when ConfigScalar.Is(value.GetType()):
                var (text, style) = ConfigScalar.Format(value);
                WriteScalar(emitter, text, style);
                break;
            case IDictionary entries:
                WriteMapping(emitter, entries.Keys.Cast<string>().Select(key => (key, entries[key])));
                break;
            case IEnumerable items:
                WriteList(emitter, [.. items]);
                break;
            default:
                WriteMapping(emitter, ConfigMember.Of(value.GetType()).Members.Select(member => (member.Name, member.Property.GetValue(value))));
                break;
        }
    }

    private static void WriteList(Emitter emitter, IReadOnlyList<object?> items)
    {
        var flow = items.All(item => item is null || ConfigScalar.Is(item.GetType()));
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, flow ? SequenceStyle.Flow : SequenceStyle.Block));
        foreach (var item in items)
        {
            Write(emitter, item);
        }

        emitter.Emit(new SequenceEnd());
    }

    private static void WriteMapping(Emitter emitter, IEnumerable<(string Key, object? Value)> entries)
    {
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, MappingStyle.Block));
        foreach (var (key, value) in entries)
        {
            Write(emitter, key);
            Write(emitter, value);
        }

        emitter.Emit(new MappingEnd());
    }

    private static void WriteScalar(Emitter emitter, string text, ScalarStyle style) =>
        emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, text, style, isPlainImplicit: true, isQuotedImplicit: true));
}
