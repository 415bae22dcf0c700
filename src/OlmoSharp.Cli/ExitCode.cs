namespace OlmoSharp.Cli;

/// <summary>What the process returns to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All is done.</summary>
    public const int Success = 0;

    /// <summary>The work failed; the reason is on standard error.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong, and nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>Two things were compared and differ, as <c>diff</c> has it.</summary>
    public const int Different = 1;

    /// <summary>Two things could not be compared, as <c>diff</c> has it.</summary>
    public const int NotComparable = 2;

    /// <summary>The work is done but for parts that are named or counted: lines that went to quarantine, as was asked for, or questions without an answer.</summary>
    public const int Quarantined = 3;

    /// <summary>Stopped by the user: 128 plus the number of the interrupt signal, as shells count.</summary>
    public const int Cancelled = 130;
}
