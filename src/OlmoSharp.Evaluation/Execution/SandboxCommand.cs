using System.Globalization;

namespace OlmoSharp.Evaluation.Execution;

/// <summary>The command lines that put a program into a sandbox.</summary>
internal static class SandboxCommand
{
    // Mounts made here live in the sandbox's own namespace. Options of a mount are repeated, as a user namespace may not take them away.
    private const string NamespaceScript = """
        set -e
        folder=$1; bytes=$2; marker=$3; shift 3
        mount -t tmpfs -o "size=$bytes,nr_inodes=4096,mode=0777,nosuid,nodev" sandbox "$folder/run"
        cp "$folder"/program/* "$folder/run/"
        while read -r _ _ _ _ point options _; do
            case $point in
                "$folder/run"|/proc|/proc/*|/sys|/sys/*|/dev|/dev/*) ;;
                *) mount -o "remount,bind,$options,ro" "$point" 2>/dev/null || : ;;
            esac
        done < /proc/self/mountinfo
        mount -t tmpfs -o "size=$bytes,nr_inodes=1024,mode=1777,nosuid,nodev" sandbox /dev/shm 2>/dev/null || :
        cd "$folder/run"
        printf '%s\n' "$marker"
        set +e
        "$@"
        exit $?
        """;

    // dash counts processes with -p, other shells with -u.
    private const string LimitScript = """
        folder=$1; cpu=$2; memory=$3; files=$4; open=$5; processes=$6; marker=$7; shift 7
        cp "$folder"/program/* "$folder/run/" && cd "$folder/run" || exit 125
        ulimit -c 0; ulimit -t "$cpu"; ulimit -f "$files"; ulimit -n "$open"
        ulimit -v "$memory" 2>/dev/null; ulimit -u "$processes" 2>/dev/null || ulimit -p "$processes" 2>/dev/null
        printf '%s\n' "$marker"
        exec "$@"
        """;

    private static int _users;

    /// <summary>The program and arguments that run a command in a sandbox.</summary>
    /// <param name="containment">The kind of sandbox.</param>
    /// <param name="folder">A folder with the program's files in <c>program</c> and an empty folder <c>run</c>.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="marker">What is printed before the command starts.</param>
    /// <param name="command">The command.</param>
    public static IReadOnlyList<string> For(Containment containment, string folder, ExecutionLimits limits, string marker, IReadOnlyList<string> command)
    {
        // The clock decides; processor time is a second net.
        var seconds = Text((long)Math.Ceiling(limits.Time.TotalSeconds) + 1);
        return containment switch
        {
            Containment.Namespaces =>
            [
                "unshare", .. (Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--user", "--map-root-user"]),
                "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc", "--",
                "sh", "-c", NamespaceScript, "sandbox", folder, Text(limits.FileBytes), marker,
                "setpriv", .. (Environment.IsPrivilegedProcess ? [$"--reuid={NextUser()}", $"--regid={NextUser()}", "--clear-groups"] : Array.Empty<string>()),
                "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--",
                "prlimit", "--core=0", $"--cpu={seconds}", $"--as={Text(limits.MemoryBytes)}", $"--fsize={Text(limits.FileBytes)}",
                $"--nofile={Text(limits.OpenFiles)}", $"--nproc={Text(limits.Processes)}", "--", .. command,
            ],
            Containment.ResourceLimits =>
            [
                .. (OperatingSystem.IsLinux() ? ["setsid"] : Array.Empty<string>()), "sh", "-c", LimitScript, "sandbox", folder, seconds, Text(limits.MemoryBytes / 1024), Text(limits.FileBytes / 512),
                Text(limits.OpenFiles), Text(limits.Processes), marker, .. command,
            ],
            _ => command,
        };
    }

    // A user for every run, so that the processes of one do not count for another.
    private static string NextUser() => Text(2_000_000_000 + (Environment.ProcessId % 100_000 * 1000L) + (Interlocked.Increment(ref _users) % 1000));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
