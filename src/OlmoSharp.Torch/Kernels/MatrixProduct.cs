using OlmoSharp.Torch.Native;

namespace OlmoSharp.Torch.Kernels;

/// <summary>
/// libtorch's float32 matrix product on plain memory, for kernels that make many: within <see cref="ParallelTasks"/> each runs on the
/// thread that asks for it.
/// </summary>
internal static unsafe class MatrixProduct
{
    private const int Float32 = 6, Cpu = 0;

    private static readonly delegate* unmanaged<void*, long, long*, long*, long, int, int, int, IntPtr*, int> FromBlob =
        (delegate* unmanaged<void*, long, long*, long*, long, int, int, int, IntPtr*, int>)TorchBackend.Export("aoti_torch_create_tensor_from_blob");

    private static readonly delegate* unmanaged<IntPtr, IntPtr, IntPtr, int> MultiplyInto =
        (delegate* unmanaged<IntPtr, IntPtr, IntPtr, int>)TorchBackend.Export("aoti_torch_cpu_mm_out");

    private static readonly delegate* unmanaged<IntPtr, int> Delete =
        (delegate* unmanaged<IntPtr, int>)TorchBackend.Export("aoti_torch_delete_tensor_object");

    /// <summary>result = a · b. Returns whether libtorch could.</summary>
    public static bool TryMultiply(DenseMatrix a, DenseMatrix b, DenseMatrix result)
    {
        IntPtr left = 0, right = 0, output = 0;
        var done = Wrap(a, &left) && Wrap(b, &right) && Wrap(result, &output) && MultiplyInto(output, left, right) == 0;
        foreach (var handle in (ReadOnlySpan<IntPtr>)[left, right, output])
        {
            if (handle != 0)
            {
                _ = Delete(handle);
            }
        }

        return done;
    }

    private static bool Wrap(DenseMatrix matrix, IntPtr* handle)
    {
        var sizes = stackalloc long[] { matrix.RowCount, matrix.ColumnCount };
        var strides = stackalloc long[] { matrix.RowStride, matrix.ColumnStride };
        return FromBlob(matrix.Data, 2, sizes, strides, 0, Float32, Cpu, -1, handle) == 0;
    }
}
