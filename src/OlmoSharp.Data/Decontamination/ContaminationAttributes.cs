using OlmoSharp.Data.Attributes;

namespace OlmoSharp.Data.Decontamination;

/// <summary>The attributes that say what of a document is contaminated.</summary>
internal static class ContaminationAttributes
{
    /// <summary>The highest score of the document, 0 where there is none, over its whole text.</summary>
    public const string Score = "score";

    /// <summary>All contaminated parts of the text, those that overlap as one.</summary>
    public const string Span = "span";

    /// <summary>The name of an attribute.</summary>
    /// <param name="experiment">The attribute set.</param>
    /// <param name="type"><see cref="Score"/>, <see cref="Span"/>, or the name of an evaluation set for the parts contaminated by it.</param>
    public static string NameOf(string experiment, string type) => AttributeName.Join(experiment, "contamination", type);
}
