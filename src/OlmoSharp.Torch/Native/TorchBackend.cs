using System.Runtime.InteropServices;
using TorchSharp;

namespace OlmoSharp.Torch.Native;

/// <summary>Loads libtorch, once, before its first use, and sets the process up for it.</summary>
public static partial class TorchBackend
{
    private static readonly Lazy<IntPtr> LibtorchCpu = new(LoadOnce);

    /// <summary>Loads the backend if it is not loaded yet.</summary>
    /// <exception cref="TorchException">libtorch cannot be loaded on this system.</exception>
    public static void EnsureLoaded() => _ = LibtorchCpu.Value;

    /// <summary>Number of threads that operators and kernels use.</summary>
    public static int Threads
    {
        get
        {
            EnsureLoaded();
            return torch.get_num_threads();
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            EnsureLoaded();
            torch.set_num_threads(value);
        }
    }

    /// <summary>The device that a configuration names: <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>, <c>mps</c>.</summary>
    /// <exception cref="TorchException">The name is unknown, or this machine has no such device.</exception>
    public static torch.Device Device(string name)
    {
        EnsureLoaded();
        torch.Device device;
        try
        {
            device = torch.device(name);
        }
        catch (Exception e) when (e is ArgumentException or ExternalException or FormatException or InvalidOperationException or NotSupportedException)
        {
            throw Unavailable(e);
        }

        return device.type is DeviceType.CPU or DeviceType.CUDA or DeviceType.MPS ? device : throw Unavailable();

        TorchException Unavailable(Exception? cause = null)
            => new(
                $"device '{name}' is not one that this machine and this build have; use cpu, or cuda or cuda:N "
                + "(built with -p:Torch=cuda, with an NVIDIA driver), or mps (on a Mac)", cause);
    }

    /// <summary>The address of a function that libtorch exports.</summary>
    internal static IntPtr Export(string name) => NativeLibrary.GetExport(LibtorchCpu.Value, name);

    private static IntPtr LoadOnce()
    {
        KeepFreedMemory();
        var folder = AppContext.BaseDirectory;
        var (torchCpu, bindings) =
            OperatingSystem.IsWindows() ? ("torch_cpu.dll", "LibTorchSharp.dll")
            : OperatingSystem.IsMacOS() ? ("libtorch_cpu.dylib", "libLibTorchSharp.dylib")
            : ("libtorch_cpu.so", "libLibTorchSharp.so");
        try
        {
            var handle = NativeLibrary.Load(Path.Combine(folder, torchCpu));
            NativeLibrary.Load(Path.Combine(folder, bindings));
            torch.InitializeDeviceType(DeviceType.CPU);
            return handle;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException)
        {
            throw new TorchException(
                $"libtorch cannot be loaded from '{folder}' on {RuntimeInformation.RuntimeIdentifier}: {FirstLine(e.Message)}. "
                + "Build for this platform (-p:TorchRuntime=linux-x64, win-x64, win-arm64 or osx-arm64); "
                + "on Linux glibc 2.28 or newer and the package libstdc++6 are needed", e);
        }
    }

    private static string FirstLine(string text) => text.AsSpan().IndexOfAny('\r', '\n') is var end and >= 0 ? text[..end] : text;

    /// <summary>
    /// Tells glibc to keep freed blocks in the heap. By default every activation-sized block is a fresh mmap whose pages the kernel
    /// zeroes one fault at a time: that halves the rate of a matrix product with a 64 MB result.
    /// </summary>
    private static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        const int trimThreshold = -1, topPad = -2, mmapMax = -4;
        try
        {
            _ = MallOpt(mmapMax, 0);
            _ = MallOpt(trimThreshold, int.MaxValue);
            _ = MallOpt(topPad, 64 << 20);
        }
        catch (EntryPointNotFoundException)
        {
            // musl has no mallopt; everything works, allocation is slower.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int MallOpt(int parameter, int value);
}
