using System.Runtime.InteropServices;

namespace OlmoSharp.Inference.Native.Kernels;

/// <summary>Memory that kernels work in, kept from call to call so that none is allocated a token. For one caller at a time.</summary>
internal sealed unsafe class Scratch : IDisposable
{
    private const int Alignment = 64;

    private void* _memory;
    private nuint _bytes;

    ~Scratch() => Free();

    /// <summary>Memory of at least so many bytes, with no particular content, aligned to a cache line. What was asked for before is gone.</summary>
    public byte* Take(long bytes)
    {
        if ((nuint)bytes > _bytes)
        {
            Free();
            // Half as much again, so that a growing context seldom allocates.
            var size = (nuint)(bytes + bytes / 2 + Alignment) / Alignment * Alignment;
            _memory = NativeMemory.AlignedAlloc(size, Alignment);
            _bytes = size;
        }

        return (byte*)_memory;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _bytes = 0;
    }
}
