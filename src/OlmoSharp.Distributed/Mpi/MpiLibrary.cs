using System.Runtime.InteropServices;
using System.Text;

namespace OlmoSharp.Distributed.Mpi;

/// <summary>The functions of Open MPI's C interface that are needed, found when the program runs. Handles are addresses of the library's own objects (<c>mpi.h</c> of Open MPI 4 and 5).</summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary><c>MPI_THREAD_SERIALIZED</c>: any thread calls, one at a time.</summary>
    public const int ThreadSerialized = 2;

    private const int MaxErrorString = 256;

    private static readonly string[] Names = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];

    private readonly nint _library;

    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;

    private MpiLibrary(nint library)
    {
        _library = library;
        World = Export("ompi_mpi_comm_world");
        Byte = Export("ompi_mpi_byte");
        UInt64 = Export("ompi_mpi_uint64_t");
        BitwiseOr = Export("ompi_mpi_op_bor");
        InitThread = (delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        Finalize = (delegate* unmanaged[Cdecl]<int>)Export("MPI_Finalize");
        Abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Export("MPI_Abort");
        CommRank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_rank");
        CommSize = (delegate* unmanaged[Cdecl]<nint, int*, int>)Export("MPI_Comm_size");
        Ibarrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Export("MPI_Ibarrier");
        Test = (delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)Export("MPI_Test");
        Bcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int>)Export("MPI_Bcast");
        Allgather = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int>)Export("MPI_Allgather");
        Allreduce = (delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int>)Export("MPI_Allreduce");
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Export("MPI_Error_string");
    }

    public nint World { get; }

    public nint Byte { get; }

    public nint UInt64 { get; }

    public nint BitwiseOr { get; }

    /// <summary><c>MPI_IN_PLACE</c>.</summary>
    public static void* InPlace => (void*)1;

    public delegate* unmanaged[Cdecl]<int*, byte***, int, int*, int> InitThread { get; }

    public delegate* unmanaged[Cdecl]<int> Finalize { get; }

    public delegate* unmanaged[Cdecl]<nint, int, int> Abort { get; }

    public delegate* unmanaged[Cdecl]<nint, int*, int> CommRank { get; }

    public delegate* unmanaged[Cdecl]<nint, int*, int> CommSize { get; }

    public delegate* unmanaged[Cdecl]<nint, nint*, int> Ibarrier { get; }

    public delegate* unmanaged[Cdecl]<nint*, int*, nint, int> Test { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, int> Bcast { get; }

    public delegate* unmanaged[Cdecl]<void*, int, nint, void*, int, nint, nint, int> Allgather { get; }

    public delegate* unmanaged[Cdecl]<void*, void*, int, nint, nint, nint, int> Allreduce { get; }

    /// <summary>Finds the library.</summary>
    /// <param name="processes">How many processes were started, for the message.</param>
    /// <exception cref="DistributedException">It is not there, or is not Open MPI's.</exception>
    public static MpiLibrary Load(int processes)
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
            {
                return new MpiLibrary(library);
            }
        }

        throw new DistributedException(
            $"started as one of {processes} processes, but Open MPI's library ({Names[0]}) is not there. Install Open MPI (Debian, Ubuntu: apt-get install openmpi-bin), or start the program without mpirun.");
    }

    /// <summary>Fails unless a call succeeded.</summary>
    /// <exception cref="DistributedException">It did not.</exception>
    public void Check(int code, string function)
    {
        if (code == 0)
        {
            return;
        }

        var text = stackalloc byte[MaxErrorString];
        int length;
        var reason = _errorString(code, text, &length) == 0 ? Encoding.UTF8.GetString(text, length) : $"error {code}";
        throw new DistributedException($"{function} failed: {reason}. Start the program again; what is finished stays finished.");
    }

    private nint Export(string name) => NativeLibrary.TryGetExport(_library, name, out var address) ? address : throw new DistributedException(
        $"the MPI library that was found has no {name}, so it is not Open MPI's. Install Open MPI (Debian, Ubuntu: apt-get install openmpi-bin), and start the program with its mpirun.");
}
