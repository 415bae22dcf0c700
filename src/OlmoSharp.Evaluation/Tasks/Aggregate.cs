namespace OlmoSharp.Evaluation.Tasks;

/// <summary>How the scores of several tasks become one.</summary>
public enum Aggregate
{
    /// <summary>The mean of the tasks' scores.</summary>
    Macro,

    /// <summary>The mean over all documents of all tasks.</summary>
    Micro,

    /// <summary>The greatest: of a multiple-choice and a cloze form, the one that suits the model.</summary>
    Max,

    /// <summary>None: the tasks are shown beside one another.</summary>
    None,
}
