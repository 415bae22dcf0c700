namespace OlmoSharp.Data.Taggers;

/// <summary>A tagger that can be asked for by name.</summary>
/// <param name="Name">The name in configs and attributes, such as <c>gopher_v1</c>.</param>
/// <param name="Summary">What it says, and which published thresholds go with it, on one line.</param>
/// <param name="Make">Makes one for a thread.</param>
public sealed record TaggerDescription(string Name, string Summary, Func<ITagger> Make);
