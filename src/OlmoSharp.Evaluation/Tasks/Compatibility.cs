namespace OlmoSharp.Evaluation.Tasks;

/// <summary>A known oddity of the standard, kept so that numbers stay comparable; <c>compat: []</c> does without.</summary>
public enum Compatibility
{
    /// <summary>DROP's gold answer in bits per byte is Python's way to write a tuple, <c> ('four',)</c>, and not the answer.</summary>
    DropTupleGold,

    /// <summary>A choice of white space alone is scored like any other; without this, it is an error.</summary>
    BlankChoices,

    /// <summary>The end-of-text token after each document of a token shard is predicted, too, as OLMo's evaluation during training does; it stands for no byte.</summary>
    EndOfText,

    /// <summary>GSM8K's integers are read without their sign, so that a wrong sign is a right answer; without this, the sign counts, also the gold answer's.</summary>
    UnsignedIntegers,

    /// <summary>In BIG-Bench Hard a letter that stands alone is no answer; without this, it is the last resort of tasks whose answers are letters.</summary>
    NoLoneLetters,
}
