using OlmoSharp.Evaluation.Execution;
using Xunit;

namespace OlmoSharp.Evaluation.Tests.Execution;

public sealed class SandboxTests(PythonFixture python) : IClassFixture<PythonFixture>
{
    // Long enough for the interpreter to start on a busy machine; programs that must be stopped get less.
    private static readonly ExecutionLimits Patient = new() { Time = TimeSpan.FromSeconds(60) };
    private static readonly ExecutionLimits Short = new() { Time = TimeSpan.FromSeconds(1) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("assert sum(range(4)) == 6")]
    [InlineData("print('text')")]
    [InlineData("import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: 'int'\nassert A(3).x == 3")]
    [InlineData("if __name__ == '__main__':\n    raise SystemError")] // a module, as in the published harness
    [InlineData("import os\nos.close(1)\nos.close(2)\n")]
    [InlineData("import sys\nsys.stdout.close()\nsys.stderr.close()")]
    [InlineData("import sys, os\nassert sys.argv[1:] == [] and 'OLMO_TEST_SECRET' not in os.environ")]
    [InlineData("open('file', 'w').write('x' * 1000)\nimport tempfile\ntempfile.NamedTemporaryFile().write(b'x')")]
    [InlineData("assert input is not None\ntry:\n    input()\n    assert False\nexcept EOFError:\n    pass")]
    [InlineData("assert 'é😀' == '\\u00e9\\U0001F600'")]
    public async Task Programs_that_come_to_their_end_pass(string source)
    {
        Environment.SetEnvironmentVariable("OLMO_TEST_SECRET", "secret");
        var result = await python.Sandbox.RunAsync(source, Patient, Cancellation);
        Assert.True(result.Passed, $"{result.Outcome}: {result.Message}");
    }

    [Theory]
    [InlineData("assert 1 == 2", "AssertionError")]
    [InlineData("def f(:", "SyntaxError")]
    [InlineData("raise SystemExit(0)", "")]
    [InlineData("import os\nos._exit(0)", "")]
    [InlineData("import sys\nsys.exit()", "")]
    [InlineData("def f(n): return f(n + 1)\nf(0)", "RecursionError")]
    [InlineData("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "")]
    [InlineData("import threading\nthreading.Thread(target=lambda: 1/0).start()\nassert False, 'ends'", "ends")]
    public async Task Programs_that_fail_or_leave_early_do_not_pass(string source, string message)
    {
        var result = await python.Sandbox.RunAsync(source, Patient, Cancellation);
        Assert.Equal(ExecutionOutcome.Failed, result.Outcome);
        Assert.Contains(message, result.Message);
    }

    [Theory]
    [InlineData(Containment.TimeLimit)]
    [InlineData(Containment.ResourceLimits)]
    [InlineData(Containment.Namespaces)]
    internal async Task Programs_that_hang_are_stopped_in_every_containment(Containment containment)
    {
        string[] programs =
        [
            "while True: pass",
            "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: time.sleep(1000)",
            "import os, time\nos.close(1)\nos.close(2)\ntime.sleep(1000)",
            "while True:\n    try:\n        import time\n        time.sleep(1000)\n    except BaseException: pass",
        ];
        var results = await ProgramBatch.RunAsync(await Contained(containment), programs, Short, programs.Length, cancellationToken: Cancellation);
        Assert.All(results, result => Assert.Equal(ExecutionOutcome.TimedOut, result.Outcome));
    }

    [Theory]
    [InlineData(Containment.TimeLimit)]
    [InlineData(Containment.ResourceLimits)]
    internal async Task Weaker_containments_tell_right_from_wrong_too(Containment containment)
    {
        string[] programs = ["import os\nos.close(1)", "assert False", "import os\nos._exit(0)", "while True: print('x' * 1000)"];
        var results = await ProgramBatch.RunAsync(await Contained(containment), programs, Patient, programs.Length, cancellationToken: Cancellation);
        Assert.Equal([ExecutionOutcome.Passed, ExecutionOutcome.Failed, ExecutionOutcome.Failed, ExecutionOutcome.TooMuchOutput], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Floods_of_output_are_stopped()
    {
        var result = await python.Sandbox.RunAsync("while True: print('x' * 1000)", Patient with { OutputBytes = 100_000 }, Cancellation);
        Assert.Equal(ExecutionOutcome.TooMuchOutput, result.Outcome);
        Assert.InRange(result.Output.Length, 90_000, 130_000);
    }

    [Theory]
    [InlineData("x = [0] * 10**10")]
    [InlineData("x = [bytearray(10**7) for _ in range(30)]")]
    public async Task Memory_is_limited(string source) =>
        Assert.Equal(ExecutionOutcome.OutOfMemory, (await python.AtLeast(Containment.ResourceLimits).RunAsync(source, Patient with { MemoryBytes = 200 << 20 }, Cancellation)).Outcome);

    [Fact]
    public async Task Big_files_are_refused()
    {
        var result = await python.AtLeast(Containment.ResourceLimits).RunAsync("with open('big', 'wb') as f:\n    for _ in range(64): f.write(bytes(1 << 20))", Patient, Cancellation);
        Assert.Equal(ExecutionOutcome.Failed, result.Outcome);
        Assert.Contains("OSError", result.Message);
    }

    [Fact]
    public async Task Many_files_fill_only_the_sandbox()
    {
        var result = await python.AtLeast(Containment.Namespaces).RunAsync("for i in range(64):\n    open(str(i), 'wb').write(bytes(1 << 20))", Patient, Cancellation);
        Assert.Equal(ExecutionOutcome.Failed, result.Outcome);
        Assert.Contains("No space left", result.Message);
    }

    [Fact]
    public async Task Fork_bombs_end_with_their_sandbox()
    {
        var sandbox = python.AtLeast(Containment.Namespaces);
        var name = $"olmo{Guid.NewGuid():N}"[..15];
        var source = $"open('/proc/self/comm', 'w').write('{name}')\nimport os, time\nfor _ in range(10**6):\n    try: os.fork()\n    except OSError: time.sleep(0.01)";
        Assert.Equal(ExecutionOutcome.TimedOut, (await sandbox.RunAsync(source, Short, Cancellation)).Outcome);
        await AllGoneAsync(name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("os.setsid()\n    os.fork() and os._exit(0)\n    ")] // a daemon
    public async Task Children_that_stay_end_with_their_sandbox(string leave)
    {
        var sandbox = python.AtLeast(leave.Length == 0 ? Containment.ResourceLimits : Containment.Namespaces);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        var name = $"olmo{Guid.NewGuid():N}"[..15];
        var source = $"import os, time\nopen('/proc/self/comm', 'w').write('{name}')\nif os.fork() == 0:\n    {leave}time.sleep(1000)\nassert True";
        var result = await sandbox.RunAsync(source, Patient, Cancellation);
        Assert.True(result.Passed, $"{result.Outcome}: {result.Message}");
        await AllGoneAsync(name);
    }

    [Fact]
    public async Task The_network_is_closed()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var result = await python.AtLeast(Containment.Namespaces).RunAsync($"import socket\nsocket.create_connection(('127.0.0.1', {port}), 5)", Patient, Cancellation);
        Assert.Equal(ExecutionOutcome.Failed, result.Outcome);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Files_outside_can_be_read_by_rights_only_and_not_written()
    {
        var sandbox = python.AtLeast(Containment.Namespaces);
        var folder = Directory.CreateTempSubdirectory("olmo-outside-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "kept"), "kept");
            if (!OperatingSystem.IsWindows())
            {
                // Anyone may write here, were it not for the sandbox.
                File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
                File.SetUnixFileMode(Path.Combine(folder.FullName, "kept"), (UnixFileMode)0b110_110_110);
            }

            var source = $"import os\nfor name, mode in (('kept', 'a'), ('new', 'w')):\n    try:\n        open(os.path.join('{folder.FullName}', name), mode)\n        raise SystemError(name)\n    except OSError: pass\n" +
                $"try:\n    os.remove('{folder.FullName}/kept')\n    raise SystemError\nexcept OSError: pass";
            var result = await sandbox.RunAsync(source, Patient, Cancellation);
            Assert.True(result.Passed, result.Message);
            Assert.Equal("kept", File.ReadAllText(Path.Combine(folder.FullName, "kept")));
            Assert.Single(folder.GetFiles());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_cancelled_program_is_gone()
    {
        var sandbox = python.AtLeast(Containment.ResourceLimits);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "looks into /proc");
        var name = $"olmo{Guid.NewGuid():N}"[..15];
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var run = sandbox.RunAsync($"open('/proc/self/comm', 'w').write('{name}')\nimport time\ntime.sleep(1000)", Patient, source.Token);
        while (ProcessesNamed(name) == 0 && !run.IsCompleted)
        {
            await Task.Delay(20, Cancellation);
        }

        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await AllGoneAsync(name);
    }

    [Fact]
    public async Task Folders_are_cleared_away()
    {
        var result = await python.Sandbox.RunAsync("import os\nprint(os.getcwd())\nopen('left', 'w')", Patient, Cancellation);
        Assert.True(result.Passed, result.Message);
        Assert.False(Directory.Exists(result.Output.Trim()));
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_programs_and_are_counted()
    {
        var told = 0;
        var results = await ProgramBatch.RunAsync(
            python.Sandbox, ["assert True", "assert False", "print(1)", "raise MemoryError"], Patient, 4,
            new Counter(() => Interlocked.Increment(ref told)), Cancellation);
        Assert.Equal([ExecutionOutcome.Passed, ExecutionOutcome.Failed, ExecutionOutcome.Passed, ExecutionOutcome.OutOfMemory], results.Select(result => result.Outcome));
        Assert.Equal(2, ProgramBatch.Count(results)[ExecutionOutcome.Passed]);
        Assert.Equal(4, told);
    }

    [Fact]
    public async Task A_language_that_is_not_installed_is_named()
    {
        var language = ProgramLanguage.Python with { Name = "Nonesuch", Executables = ["no-such-interpreter"] };
        Assert.Contains("Nonesuch", (await Assert.ThrowsAsync<EvaluationException>(() => Sandbox.FindAsync(language, Containment.TimeLimit, cancellationToken: Cancellation))).Message);
    }

    [Fact]
    public async Task Another_language_plugs_in()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "needs sh");
        var shell = new ProgramLanguage("shell", "program.sh", ["sh"], ["program.sh"], "test 1 = 1");
        var sandbox = await Sandbox.FindAsync(shell, Containment.TimeLimit, cancellationToken: Cancellation);
        Assert.True((await sandbox.RunAsync("echo text; test 2 -gt 1", Patient, Cancellation)) is { Passed: true, Output: "text\n" });
        Assert.Equal(ExecutionOutcome.Failed, (await sandbox.RunAsync("exit 3", Patient, Cancellation)).Outcome);
    }

    private async Task<Sandbox> Contained(Containment containment)
    {
        python.AtLeast(containment);
        try
        {
            return await Sandbox.FindAsync(ProgramLanguage.Python, containment, containment, Cancellation);
        }
        catch (EvaluationException error)
        {
            Assert.Skip(error.Message);
            throw;
        }
    }

    // Those that ended but are not yet reaped do not count.
    /// <summary>What was killed may be on its way out for a moment.</summary>
    private static async Task AllGoneAsync(string name)
    {
        for (var i = 0; i < 600 && ProcessesNamed(name) > 0; i++)
        {
            await Task.Delay(100, Cancellation);
        }

        Assert.Equal(0, ProcessesNamed(name));
    }

    private static int ProcessesNamed(string name) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "stat")) is var stat && stat.Contains($"({name})", StringComparison.Ordinal) && stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });

    private sealed class Counter(Action count) : IProgress<int>
    {
        public void Report(int value) => count();
    }
}
