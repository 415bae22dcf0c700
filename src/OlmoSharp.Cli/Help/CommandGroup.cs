namespace OlmoSharp.Cli.Help;

/// <summary>The groups of the root's help, in the order of a model's life.</summary>
internal enum CommandGroup
{
    /// <summary>From nothing to a model.</summary>
    Start,

    /// <summary>Text, tokenizers and token shards.</summary>
    Data,

    /// <summary>Training and what it made.</summary>
    Training,

    /// <summary>Using a model.</summary>
    Inference,

    /// <summary>Looking at runs and into models.</summary>
    Analysis,

    /// <summary>The tool itself.</summary>
    Tool,
}
