namespace OlmoSharp.Evaluation.Execution;

/// <summary>How generated programs are kept from doing harm, weakest first.</summary>
internal enum Containment
{
    /// <summary>Time and output limits; the process tree is ended. All that other systems than Linux and macOS offer here.</summary>
    TimeLimit,

    /// <summary>Limits of memory, processes, file sizes and open files as well, in a session of its own; but files of the user can be read and written and the network used.</summary>
    ResourceLimits,

    /// <summary>
    /// Linux namespaces as well: no network, no processes but its own (all of which end with it), every file system read-only but a folder in memory of limited size;
    /// as root also a user of its own without rights, else the caller's user without capabilities.
    /// </summary>
    Namespaces,
}
