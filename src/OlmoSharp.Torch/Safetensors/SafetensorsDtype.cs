using static TorchSharp.torch;

namespace OlmoSharp.Torch.Safetensors;

/// <summary>The names that safetensors files use for element types.</summary>
public static class SafetensorsDtype
{
    private static readonly (string Name, ScalarType Dtype, int Size)[] Known =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Looks a name up.</summary>
    /// <param name="name">E.g. <c>BF16</c>.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="size">Bytes an element.</param>
    public static bool TryParse(string name, out ScalarType dtype, out int size)
    {
        foreach (var known in Known)
        {
            if (known.Name == name)
            {
                (dtype, size) = (known.Dtype, known.Size);
                return true;
            }
        }

        (dtype, size) = (default, 0);
        return false;
    }

    /// <summary>The name of an element type.</summary>
    /// <exception cref="TorchException">The format has none for it.</exception>
    public static string Name(ScalarType dtype) => Find(dtype).Name;

    /// <summary>Bytes an element.</summary>
    /// <exception cref="TorchException">The format cannot hold the type.</exception>
    public static int Size(ScalarType dtype) => Find(dtype).Size;

    private static (string Name, ScalarType Dtype, int Size) Find(ScalarType dtype)
    {
        foreach (var known in Known)
        {
            if (known.Dtype == dtype)
            {
                return known;
            }
        }

        throw new TorchException($"safetensors files cannot hold elements of type {dtype}");
    }
}
