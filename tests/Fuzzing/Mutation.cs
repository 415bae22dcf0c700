using CsCheck;

namespace OlmoSharp.Fuzzing;

/// <summary>One damage to a file.</summary>
/// <param name="Kind">Which damage, counted round those that the format has.</param>
/// <param name="Place">Where; each format makes a place of it.</param>
/// <param name="Value">What to put there, or how much.</param>
internal readonly record struct Mutation(uint Kind, uint Place, uint Value)
{
    /// <summary>A few damages, mostly one.</summary>
    public static Gen<Mutation[]> Few { get; } = Gen.Select(Gen.UInt, Gen.UInt, Gen.UInt, (kind, place, value) => new Mutation(kind, place, value))
        .Array[Gen.Frequency((6, Gen.Const(1)), (3, Gen.Const(2)), (1, Gen.Const(4)))];
}
