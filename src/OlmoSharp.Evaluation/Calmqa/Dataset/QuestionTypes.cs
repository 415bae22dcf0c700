namespace OlmoSharp.Evaluation.Calmqa.Dataset;

/// <summary>What kinds of question one is, as the files number them.</summary>
[Flags]
public enum QuestionTypes
{
    /// <summary>Nothing is said.</summary>
    None = 0,

    /// <summary>Culturally specific: more likely asked where the language is spoken than elsewhere.</summary>
    Cultural = 1,

    /// <summary>Culturally agnostic: asked alike everywhere.</summary>
    NonCultural = 2,

    /// <summary>To be answered at length.</summary>
    LongForm = 4,
}
