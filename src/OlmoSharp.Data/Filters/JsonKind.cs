namespace OlmoSharp.Data.Filters;

/// <summary>What a JSON value is, in the order in which jq sorts values of different kinds.</summary>
internal enum JsonKind : byte
{
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}
