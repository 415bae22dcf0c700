namespace OlmoSharp.Distributed.Mpi;

/// <summary>The processes that Open MPI started together (<c>MPI_COMM_WORLD</c>).</summary>
internal sealed unsafe class MpiGroup : IProcessGroup
{
    // Counts are 32-bit integers in the C interface.
    private const int PieceBytes = 1 << 30;

    private const int BriefTests = 1000;

    private readonly MpiLibrary _mpi;

    private MpiGroup(MpiLibrary mpi)
    {
        _mpi = mpi;
        int rank, size;
        mpi.Check(mpi.CommRank(mpi.World, &rank), "MPI_Comm_rank");
        mpi.Check(mpi.CommSize(mpi.World, &size), "MPI_Comm_size");
        (Rank, Size) = (rank, size);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Joins the processes.</summary>
    /// <param name="launch">How this one was started.</param>
    /// <exception cref="DistributedException">Open MPI is not there, or was not what started the processes.</exception>
    public static MpiGroup Join(Launch launch)
    {
        var mpi = MpiLibrary.Load(launch.Size);
        int provided;
        mpi.Check(mpi.InitThread(null, null, MpiLibrary.ThreadSerialized, &provided), "MPI_Init_thread");
        if (provided < MpiLibrary.ThreadSerialized)
        {
            throw new DistributedException("this Open MPI was built without threads (MPI_THREAD_SERIALIZED). Install one that has them.");
        }

        var group = new MpiGroup(mpi);
        return group.Size == launch.Size ? group : throw new DistributedException(
            $"a launcher of {launch.Launcher} started {launch.Size} processes, but Open MPI's library sees {group.Size}. Start the program with the mpirun of Open MPI.");
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        // MPI's own barrier keeps a core busy for as long as it waits, and the others may have hours of work.
        nint request;
        _mpi.Check(_mpi.Ibarrier(_mpi.World, &request), "MPI_Ibarrier");
        int done;
        for (var tests = 0; ; tests++)
        {
            _mpi.Check(_mpi.Test(&request, &done, 0), "MPI_Test");
            if (done != 0)
            {
                return;
            }

            if (tests > BriefTests)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <inheritdoc/>
    public byte[][] AllGather(ReadOnlySpan<byte> mine)
    {
        Barrier();
        var lengths = new int[Size];
        var length = mine.Length;
        fixed (int* all = lengths)
        {
            _mpi.Check(_mpi.Allgather(&length, sizeof(int), _mpi.Byte, all, sizeof(int), _mpi.Byte, _mpi.World), "MPI_Allgather");
        }

        var shares = new byte[Size][];
        for (var rank = 0; rank < Size; rank++)
        {
            shares[rank] = rank == Rank ? mine.ToArray() : new byte[lengths[rank]];
            Broadcast(shares[rank], rank);
        }

        return shares;
    }

    /// <inheritdoc/>
    public void AllReduceOr(Span<ulong> values)
    {
        Barrier();
        fixed (ulong* first = values)
        {
            for (var start = 0; start < values.Length; start += PieceBytes / sizeof(ulong))
            {
                var count = Math.Min(values.Length - start, PieceBytes / sizeof(ulong));
                _mpi.Check(_mpi.Allreduce(MpiLibrary.InPlace, first + start, count, _mpi.UInt64, _mpi.BitwiseOr, _mpi.World), "MPI_Allreduce");
            }
        }
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => _mpi.Abort(_mpi.World, exitCode);

    /// <inheritdoc/>
    public void Dispose()
    {
        Barrier();
        _mpi.Check(_mpi.Finalize(), "MPI_Finalize");
    }

    private void Broadcast(byte[] bytes, int root)
    {
        fixed (byte* first = bytes)
        {
            for (var start = 0; start < bytes.Length; start += PieceBytes)
            {
                _mpi.Check(_mpi.Bcast(first + start, Math.Min(bytes.Length - start, PieceBytes), _mpi.Byte, root, _mpi.World), "MPI_Bcast");
            }
        }
    }
}
