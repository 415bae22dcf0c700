namespace OlmoSharp.Evaluation.Execution;

/// <summary>How programs of a language are run. <see cref="Python"/> is built in; others are values of this record.</summary>
/// <param name="Name">The language.</param>
/// <param name="FileName">The file that holds the program.</param>
/// <param name="Executables">Names or paths of its interpreter; the first that runs in the sandbox is used.</param>
/// <param name="Arguments">The interpreter's arguments. <c>{token}</c> becomes a secret text that <see cref="ConfirmsEnd"/> is about.</param>
/// <param name="Example">A program that passes, by which an interpreter is tried.</param>
internal sealed record ProgramLanguage(string Name, string FileName, IReadOnlyList<string> Executables, IReadOnlyList<string> Arguments, string Example)
{
    // The program is a module of its own, as in the published harness: what stands under __main__ is not run. A program that ends the process has not passed its tests,
    // hence the token; the descriptor is a copy, so that closing standard output changes nothing.
    private const string PythonDriver = """
        import os, sys, types
        token, sys.argv[1:] = sys.argv[1].encode(), []
        write, leave, report = os.write, os._exit, os.dup(1)
        sys.dont_write_bytecode = True
        module = types.ModuleType("program")
        sys.modules["program"] = module
        with open("program.py", encoding="utf-8") as file:
            source = file.read()
        del file, types
        try:
            exec(compile(source, "program.py", "exec"), module.__dict__)
        except MemoryError:
            leave(97)
        try:
            sys.stdout.flush()
        except BaseException:
            pass
        write(report, token)
        leave(0)
        """;

    /// <summary>Python 3, through a small driver that confirms that the program came to its end.</summary>
    public static ProgramLanguage Python { get; } = new("Python", "program.py", ["python3", "python"], ["-I", "-B", "driver.py", "{token}"], "assert 1 + 1 == 2")
    {
        Files = new Dictionary<string, string>(StringComparer.Ordinal) { ["driver.py"] = PythonDriver },
        ConfirmsEnd = true,
        OutOfMemoryExitCode = 97,
    };

    /// <summary>Further files beside the program.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether a program passes only if the secret token is printed at its end; else the exit code 0 is enough.</summary>
    public bool ConfirmsEnd { get; init; }

    /// <summary>The exit code by which running out of memory is told, if there is one.</summary>
    public int? OutOfMemoryExitCode { get; init; }
}
