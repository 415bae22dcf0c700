using OlmoSharp.Torch.Native;
using TorchSharp;

namespace OlmoSharp.Torch.Kernels;

/// <summary>Addresses of dense float32 CPU tensors, for kernels.</summary>
internal static unsafe class TensorMemory
{
    private static readonly delegate* unmanaged<IntPtr, void**, int> GetDataPointer =
        (delegate* unmanaged<IntPtr, void**, int>)TorchBackend.Export("aoti_torch_get_data_ptr");

    /// <summary>Whether the kernels of this folder can run on a tensor: CPU memory, float32.</summary>
    public static bool Serves(torch.Tensor tensor) => tensor.device_type == DeviceType.CPU && tensor.dtype == torch.ScalarType.Float32;

    /// <summary>First element of a contiguous tensor. The tensor must outlive every use of the address.</summary>
    public static T* Pointer<T>(this torch.Tensor tensor)
        where T : unmanaged
    {
        void* address;
        if (GetDataPointer(tensor.Handle, &address) != 0)
        {
            throw new TorchException("libtorch gave no address for a tensor");
        }

        return (T*)address;
    }

    /// <summary>The tensor itself if it is contiguous, else a contiguous copy that the current scope owns.</summary>
    public static torch.Tensor Dense(this torch.Tensor tensor) => tensor.is_contiguous() ? tensor : tensor.contiguous();
}
