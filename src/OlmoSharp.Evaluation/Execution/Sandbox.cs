using System.Diagnostics;
using System.Security.Cryptography;

namespace OlmoSharp.Evaluation.Execution;

/// <summary>Runs generated programs of one language, contained as well as this machine allows. Runs may go on in parallel.</summary>
internal sealed class Sandbox
{
    private const UnixFileMode ReadableByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute |
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    // To set up the namespaces and start the shell, also on a busy machine.
    private static readonly TimeSpan SetupTime = TimeSpan.FromSeconds(60);

    private readonly ProgramLanguage _language;
    private readonly string _executable;

    private Sandbox(ProgramLanguage language, Containment containment, string executable) =>
        (_language, Containment, _executable) = (language, containment, executable);

    /// <summary>How programs are contained.</summary>
    public Containment Containment { get; }

    /// <summary>What the sandbox keeps from programs, as a sentence for people.</summary>
    public string Description => $"{_language.Name} at {_executable}, " + Containment switch
    {
        Containment.Namespaces => "in namespaces of its own: no network, files read-only but for a folder in memory, limits of time, memory, processes, files and output",
        Containment.ResourceLimits => "with limits of time, memory, processes, file sizes and output; network and files are NOT closed to it",
        _ => "with limits of time and output only; memory, processes, network and files are NOT limited",
    };

    /// <summary>Finds the interpreter and the strongest containment that this machine allows, by trying.</summary>
    /// <param name="language">The language.</param>
    /// <param name="minimum">The weakest containment that will do. Less than namespaces should be the user's own choice.</param>
    /// <param name="strongest">The strongest containment to try.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="EvaluationException">There is no interpreter, or it does not run with that containment.</exception>
    public static async Task<Sandbox> FindAsync(
        ProgramLanguage language, Containment minimum = Containment.Namespaces, Containment strongest = Containment.Namespaces, CancellationToken cancellationToken = default)
    {
        var executables = language.Executables.SelectMany(Locate).Distinct(StringComparer.Ordinal).ToList();
        if (executables.Count == 0)
        {
            throw new EvaluationException($"no {language.Name} here: none of {string.Join(", ", language.Executables)} is in PATH. Install it, or leave out tasks that run code");
        }

        var reasons = new List<string>();
        for (var containment = strongest; containment >= minimum; containment--)
        {
            if (!IsOffered(containment))
            {
                continue;
            }

            foreach (var executable in executables)
            {
                var sandbox = new Sandbox(language, containment, executable);
                var trial = await sandbox.RunAsync(language.Example, new ExecutionLimits { Time = TimeSpan.FromSeconds(30) }, cancellationToken).ConfigureAwait(false);
                if (trial.Passed)
                {
                    return sandbox;
                }

                reasons.Add($"{containment} with {executable}: {trial.Outcome}{(trial.Message.Length > 0 ? ", " + trial.Message.ReplaceLineEndings(" ").Trim() : "")}");
            }
        }

        throw new EvaluationException(
            $"{language.Name} cannot be run with {(minimum == Containment.TimeLimit ? "any" : minimum.ToString())} containment here ({string.Join("; ", reasons)}). " +
            "Namespaces need Linux with util-linux (unshare, mount, setpriv, prlimit), root or user namespaces, and an interpreter that other users can read");
    }

    /// <summary>Runs a program.</summary>
    /// <param name="source">The program, tests included.</param>
    /// <param name="limits">What it may use.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">The run was cancelled; the program is gone.</exception>
    public async Task<ExecutionResult> RunAsync(string source, ExecutionLimits limits, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var folder = Directory.CreateTempSubdirectory("olmo-run-");
        try
        {
            return await RunAsync(folder.FullName, source, limits, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return new ExecutionResult(ExecutionOutcome.CannotRun, error.Message, "", default);
        }
        finally
        {
            Delete(folder);
        }
    }

    private static bool IsOffered(Containment containment) => containment switch
    {
        Containment.Namespaces => OperatingSystem.IsLinux() && Locate("unshare").Any() && Locate("setpriv").Any() && Locate("prlimit").Any() && Locate("mount").Any(),
        Containment.ResourceLimits => OperatingSystem.IsLinux() ? Locate("setsid").Any() : OperatingSystem.IsMacOS(),
        _ => true,
    };

    private static IEnumerable<string> Locate(string name)
    {
        if (Path.IsPathRooted(name))
        {
            return File.Exists(name) ? [name] : [];
        }

        var names = OperatingSystem.IsWindows() ? new[] { name + ".exe", name } : [name];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(file => Path.Combine(folder, file))).Where(File.Exists);
    }

    private static void Delete(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A program may have left what cannot be deleted; the system clears its temporary folder.
        }
    }

    private async Task<ExecutionResult> RunAsync(string folder, string source, ExecutionLimits limits, CancellationToken cancellationToken)
    {
        Write(folder, source);
        var token = RandomNumberGenerator.GetHexString(32);
        var marker = RandomNumberGenerator.GetHexString(32);
        var command = _language.Arguments.Select(argument => argument.Replace("{token}", token, StringComparison.Ordinal)).Prepend(_executable).ToList();
        var line = SandboxCommand.For(Containment, folder, limits, marker, command);
        using var process = new Process { StartInfo = StartInfo(line, folder) };
        process.Start();
        process.StandardInput.Close();
        var output = new BoundedOutput(limits.OutputBytes, Containment == Containment.TimeLimit ? "" : marker);
        var reading = output.ReadAsync(process.StandardOutput.BaseStream, process.StandardError.BaseStream);
        var exit = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            if (Containment != Containment.TimeLimit)
            {
                await Task.WhenAny(output.Ready, exit, Task.Delay(SetupTime, cancellationToken)).ConfigureAwait(false);
            }

            var started = Stopwatch.GetTimestamp();
            var ready = Containment == Containment.TimeLimit || output.Ready.IsCompleted;
            if (ready)
            {
                await Task.WhenAny(exit, output.Full, Task.Delay(limits.Time, cancellationToken)).ConfigureAwait(false);
            }

            var time = Stopwatch.GetElapsedTime(started);
            cancellationToken.ThrowIfCancellationRequested();
            var ended = exit.IsCompleted;
            await EndAsync(process, reading).ConfigureAwait(false);

            // The marker may come with the end of a very short program.
            return Judge(ready || output.Ready.IsCompleted, ended, ended ? process.ExitCode : null, output, token, time);
        }
        finally
        {
            await EndAsync(process, reading).ConfigureAwait(false);
        }
    }

    private void Write(string folder, string source)
    {
        if (!OperatingSystem.IsWindows())
        {
            // The program may run as another user, who must find its files.
            File.SetUnixFileMode(folder, ReadableByAll);
        }

        var run = Directory.CreateDirectory(Path.Combine(folder, "run"));
        var files = Containment == Containment.TimeLimit ? run : Directory.CreateDirectory(Path.Combine(folder, "program"));
        File.WriteAllText(Path.Combine(files.FullName, _language.FileName), source);
        foreach (var (name, text) in _language.Files)
        {
            File.WriteAllText(Path.Combine(files.FullName, name), text);
        }
    }

    private static ProcessStartInfo StartInfo(IReadOnlyList<string> line, string folder)
    {
        var run = Path.Combine(folder, "run");
        var info = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = run,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var path = info.Environment["PATH"];
        var systemRoot = info.Environment.TryGetValue("SystemRoot", out var root) ? root : null;
        info.Environment.Clear();
        info.Environment["PATH"] = OperatingSystem.IsWindows() ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        info.Environment["HOME"] = info.Environment["TMPDIR"] = info.Environment["TEMP"] = info.Environment["TMP"] = run;
        info.Environment["LANG"] = "C.UTF-8";
        // Sets and dictionaries of texts in the same order every time.
        info.Environment["PYTHONHASHSEED"] = "0";
        if (systemRoot is not null)
        {
            info.Environment["SystemRoot"] = systemRoot;
        }

        return info;
    }

    private async Task EndAsync(Process process, Task reading)
    {
        if (Containment == Containment.ResourceLimits && OperatingSystem.IsLinux())
        {
            // Also what the program left running in its session.
            ProcessGroup.Kill(process.Id);
        }

        if (!process.HasExited)
        {
            // In namespaces the death of unshare ends the first process inside, and with it all others.
            process.Kill(entireProcessTree: Containment != Containment.Namespaces);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        // A process that got away may hold the pipes; out of namespaces none does.
        await Task.WhenAny(reading, Task.Delay(Containment == Containment.Namespaces ? SetupTime : TimeSpan.FromSeconds(2))).ConfigureAwait(false);
    }

    private ExecutionResult Judge(bool ready, bool ended, int? exitCode, BoundedOutput output, string token, TimeSpan time)
    {
        const int messageLength = 2000;
        var errors = output.Errors;
        var message = errors.Length > messageLength ? errors[^messageLength..] : errors;
        var text = output.Output;
        var confirmed = text.Contains(token, StringComparison.Ordinal);
        var outcome = (ready, ended, exitCode) switch
        {
            (false, _, _) => ExecutionOutcome.CannotRun,
            _ when output.Full.IsCompleted => ExecutionOutcome.TooMuchOutput,
            (_, false, _) => ExecutionOutcome.TimedOut,
            (_, _, 0) => confirmed || !_language.ConfirmsEnd ? ExecutionOutcome.Passed : ExecutionOutcome.Failed,
            // The shell's codes, and its message that names what it could not start; programs may return these codes, too.
            (_, _, 126 or 127) when !confirmed && errors.Contains(_executable, StringComparison.Ordinal) => ExecutionOutcome.CannotRun,
            // 128 + SIGKILL, which only the kernel sends for want of memory, or .NET's own code for it; SIGXCPU.
            (_, _, 137) => ExecutionOutcome.OutOfMemory,
            (_, _, 152) => ExecutionOutcome.TimedOut,
            (_, _, var code) when code == _language.OutOfMemoryExitCode => ExecutionOutcome.OutOfMemory,
            _ => ExecutionOutcome.Failed,
        };
        return new ExecutionResult(outcome, message, text.Replace(token, "", StringComparison.Ordinal), time);
    }
}
