using OlmoSharp.Distributed.Mpi;

namespace OlmoSharp.Distributed;

/// <summary>The group that this process belongs to.</summary>
public static class ProcessGroup
{
    /// <summary>
    /// Joins the processes that were started together with this one, by <c>mpirun</c> or another launcher of Open MPI; a process that was started alone is a group of its own.
    /// Call it once in a process, and dispose of the group when all work is done well: that waits for the others.
    /// </summary>
    /// <exception cref="DistributedException">There are others, but no Open MPI to reach them.</exception>
    public static IProcessGroup Join() => Launch.Current is { Size: > 1 } launch ? MpiGroup.Join(launch) : SingleProcess.Instance;
}
