namespace OlmoSharp.Cli;

/// <summary>The <c>olmo</c> command.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        using var interruption = new Interruption(Console.Error);
        return await Application.RunAsync(new RootOlmoCommand(), arguments, new Terminal(), interruption.Token);
    }
}
