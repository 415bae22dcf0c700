namespace OlmoSharp.Data.Filters;

/// <summary>A part of a jq program: takes one value and gives any number of them.</summary>
internal abstract partial class JqNode
{
    /// <summary>Runs on a value.</summary>
    /// <param name="input">The value, <c>.</c>.</param>
    /// <param name="outputs">Takes what comes out.</param>
    /// <returns>Why it failed, if it did; what came out before is kept. Failing is no exception here because <c>?</c> makes it an everyday thing.</returns>
    public abstract string? Run(in JsonValue input, List<JsonValue> outputs);

    /// <summary>Notes what is read of a document, and says which value comes out.</summary>
    /// <param name="input">Which value goes in.</param>
    /// <param name="names">Takes the notes.</param>
    public virtual JsonPlace Locate(JsonPlace input, FilterNames names)
    {
        foreach (var part in Parts)
        {
            part.Locate(input, names);
        }

        return JsonPlace.Elsewhere;
    }

    /// <summary>The programs inside that run on the same input.</summary>
    protected virtual IReadOnlyList<JqNode> Parts => [];

    /// <summary>What a value is, for messages.</summary>
    protected static string Show(in JsonValue value)
    {
        var json = value.ToJson();
        return json.Length <= 40 ? json : json[..40] + "…";
    }
}
