using System.Runtime.InteropServices;
using OlmoSharp.Torch.Native;
using static TorchSharp.torch;

namespace OlmoSharp.Torch.Operators;

/// <summary>
/// Calls any ATen operator by name through libtorch's stable C interface, for those that TorchSharp does not bind. Arguments are
/// pushed in the order of the operator's schema.
/// </summary>
internal static unsafe class Dispatcher
{
    private const ulong AbiVersion = 0x020A_0000_0000_0000;

    private static readonly delegate* unmanaged<byte*, byte*, ulong*, ulong, int> Call =
        (delegate* unmanaged<byte*, byte*, ulong*, ulong, int>)TorchBackend.Export("torch_call_dispatcher");

    private static readonly delegate* unmanaged<IntPtr, IntPtr*, int> NewTensorHandle =
        (delegate* unmanaged<IntPtr, IntPtr*, int>)TorchBackend.Export("aoti_torch_new_tensor_handle");

    private static readonly delegate* unmanaged<nuint, IntPtr*, int> NewList =
        (delegate* unmanaged<nuint, IntPtr*, int>)TorchBackend.Export("torch_new_list_reserve_size");

    private static readonly delegate* unmanaged<IntPtr, ulong, int> PushBack =
        (delegate* unmanaged<IntPtr, ulong, int>)TorchBackend.Export("torch_list_push_back");

    /// <summary>Calls an operator; results replace the first slots of <paramref name="stack"/>.</summary>
    /// <param name="name">The operator with its namespace, e.g. <c>aten::mm</c>.</param>
    /// <param name="overload">The overload's name, or empty.</param>
    /// <param name="stack">Arguments; the operator takes ownership of tensors and lists.</param>
    /// <exception cref="TorchException">The operator failed; libtorch prints the cause on the error stream.</exception>
    public static void Invoke(string name, string overload, Span<ulong> stack)
    {
        var operatorName = Marshal.StringToCoTaskMemUTF8(name);
        var overloadName = Marshal.StringToCoTaskMemUTF8(overload);
        try
        {
            fixed (ulong* slots = stack)
            {
                if (Call((byte*)operatorName, (byte*)overloadName, slots, AbiVersion) != 0)
                {
                    throw new TorchException($"operator {name} failed (libtorch's message is above)");
                }
            }
        }
        finally
        {
            Marshal.FreeCoTaskMem(operatorName);
            Marshal.FreeCoTaskMem(overloadName);
        }
    }

    /// <summary>A tensor as an argument.</summary>
    public static ulong Argument(Tensor tensor)
    {
        IntPtr handle;
        Check(NewTensorHandle(tensor.Handle, &handle), "a tensor argument");
        return (ulong)handle;
    }

    /// <summary>A list of tensors as an argument.</summary>
    public static ulong Argument(ReadOnlySpan<Tensor> tensors)
    {
        IntPtr list;
        Check(NewList((nuint)tensors.Length, &list), "a list argument");
        foreach (var tensor in tensors)
        {
            Check(PushBack(list, Argument(tensor)), "a list element");
        }

        return (ulong)list;
    }

    /// <summary>A floating-point number as an argument.</summary>
    public static ulong Argument(double value) => BitConverter.DoubleToUInt64Bits(value);

    /// <summary>A truth value as an argument.</summary>
    public static ulong Argument(bool value) => value ? 1UL : 0UL;

    /// <summary>An optional tensor as an argument; the operator frees the slot.</summary>
    public static ulong Optional(Tensor? tensor)
    {
        if (tensor is null)
        {
            return 0;
        }

        // The callee frees the slot with free(), so it must come from malloc().
        var slot = (ulong*)NativeMemory.Alloc(sizeof(ulong));
        *slot = Argument(tensor);
        return (ulong)slot;
    }

    /// <summary>The operator's first result, a tensor.</summary>
    public static Tensor Result(ReadOnlySpan<ulong> stack) => Tensor.UnsafeCreateTensor((IntPtr)stack[0]);

    private static void Check(int error, string what)
    {
        if (error != 0)
        {
            throw new TorchException($"libtorch could not take {what}");
        }
    }
}
