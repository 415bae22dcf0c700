using System.Text;

namespace OlmoSharp.Torch.Tests.Safetensors;

/// <summary>Safetensors files put together by hand: eight bytes of length, JSON, data.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, int dataBytes) => File(header, new byte[dataBytes]);

    public static byte[] File(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. data];
    }

    public static string Entry(string name, string dtype, string shape, long begin, long end)
        => $$"""
            "{{name}}":{"dtype":"{{dtype}}","shape":[{{shape}}],"data_offsets":[{{begin}},{{end}}]}
            """;
}
