namespace OlmoSharp.Cli.Tests;

/// <summary>One command line run in this process: its exit code and what it wrote.</summary>
internal sealed record CommandLineRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandLineRun> Of(params string[] arguments) => Of(new RootOlmoCommand(), default, arguments);

    public static async Task<CommandLineRun> Of(RootOlmoCommand root, CancellationToken cancellation, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal { Output = output, Error = error, IsWatched = false, HasColours = false, OutputWidth = 80 };
        var code = await Application.RunAsync(root, arguments, terminal, cancellation);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }
}
