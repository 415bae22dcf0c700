using System.Text.Json;

namespace OlmoSharp.Evaluation.Conformance;

/// <summary>One request of a reference file.</summary>
/// <param name="Place">File and line.</param>
/// <param name="DocumentId">The document's number; from a million for an unconditioned request.</param>
/// <param name="Index">The choice.</param>
/// <param name="Kind">What is asked, as the file calls it.</param>
/// <param name="TaskName">The task, as the file calls it.</param>
/// <param name="Context">The context, or a chat as JSON.</param>
/// <param name="Continuation">The continuation; null for none.</param>
/// <param name="NativeId">The dataset's identifier.</param>
/// <param name="Label">The label.</param>
/// <param name="Request">The whole request.</param>
internal sealed record ReferenceRow(
    string Place, int DocumentId, int Index, string Kind, string TaskName, string Context, string? Continuation, JsonElement? NativeId, JsonElement? Label, JsonElement Request);
