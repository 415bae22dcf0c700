namespace OlmoSharp.Data.Configuration;

/// <summary>Where a config value was written.</summary>
/// <param name="Source">The file's path, or the override as given, such as <c>--set optimizer.learning_rate=1e-3</c>.</param>
/// <param name="Line">Line in the file, from 1; 0 for an override, which has no lines.</param>
/// <param name="Column">Column in the line, from 1; 0 for an override.</param>
public readonly record struct ConfigPlace(string Source, int Line, int Column)
{
    /// <summary>The place as editors and terminals link it: <c>file:line:column</c>.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}:{Column}";
}
