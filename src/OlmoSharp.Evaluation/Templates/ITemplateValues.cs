using System.Text.Json;

namespace OlmoSharp.Evaluation.Templates;

/// <summary>What the placeholders of a template stand for.</summary>
internal interface ITemplateValues
{
    /// <summary>Finds a field of the row by its path; false where there is none.</summary>
    bool TryFind(string path, out JsonElement value);

    /// <summary>A value of ours, whose name begins with <c>@</c>; null where there is none here.</summary>
    string? Own(string name);

    /// <summary>An error about these values.</summary>
    EvaluationException Problem(string message);
}
