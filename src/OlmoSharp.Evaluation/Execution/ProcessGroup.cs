using System.Runtime.InteropServices;

namespace OlmoSharp.Evaluation.Execution;

/// <summary>The processes of a session.</summary>
internal static partial class ProcessGroup
{
    private const int KillSignal = 9;

    /// <summary>Ends every process of the group that a process leads; one that is gone is no error.</summary>
    public static void Kill(int leader) => _ = SendSignal(-leader, KillSignal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);
}
