using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using OlmoSharp.Data.Configuration;
using OlmoSharp.Training.Callbacks;
using OlmoSharp.Training.Config;

namespace OlmoSharp.Training.Tests.Runs;

/// <summary>
/// A training in a process of its own, which can be killed: this very program, told by a variable of its environment to train instead of
/// running tests. It prints the number of each step.
/// </summary>
internal static class TrainingChild
{
    private const string Variable = "OLMOSHARP_TESTS_TRAIN";

    public static Process Start(TrainConfig config, string configFile)
    {
        File.WriteAllText(configFile, ConfigWriter.Write(config));
        var program = Path.Combine(AppContext.BaseDirectory, typeof(TrainingChild).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[Variable] = configFile;
        return Process.Start(start)!;
    }

    [ModuleInitializer]
    internal static void TrainIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } configFile)
        {
            Environment.Exit(Train(configFile));
        }
    }

    private static int Train(string configFile)
    {
        try
        {
            var progress = new ProgressReport(result => Console.WriteLine(result.Step.ToString(CultureInfo.InvariantCulture)));
            SampleRun.Train(ConfigReader.Read<TrainConfig>(configFile), resume: true, progress);
            return 0;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Console.Error.WriteLine($"{e.GetType().Name}: {e.Message}");
            return 1;
        }
    }
}
