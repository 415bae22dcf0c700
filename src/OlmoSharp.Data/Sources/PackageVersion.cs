using System.Globalization;

namespace OlmoSharp.Data.Sources;

/// <summary>A version such as <c>10.0.12</c> or <c>10.0.0-rc.1.25451.107</c>, ordered as semantic versioning orders them.</summary>
internal sealed record PackageVersion(Version Number, string? Prerelease) : IComparable<PackageVersion>
{
    public static PackageVersion? TryParse(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return Version.TryParse(dash < 0 ? text : text[..dash], out var number)
            ? new PackageVersion(number, dash < 0 ? null : text[(dash + 1)..])
            : null;
    }

    public int CompareTo(PackageVersion? other)
    {
        if (other is null || Number.CompareTo(other.Number) is var byNumber && byNumber != 0)
        {
            return other is null ? 1 : Number.CompareTo(other.Number);
        }

        return (Prerelease, other.Prerelease) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            var (ours, theirs) => ComparePrereleases(ours.Split('.'), theirs.Split('.')),
        };
    }

    private static int ComparePrereleases(string[] ours, string[] theirs)
    {
        foreach (var (our, their) in ours.Zip(theirs))
        {
            var order = long.TryParse(our, CultureInfo.InvariantCulture, out var ourNumber)
                && long.TryParse(their, CultureInfo.InvariantCulture, out var theirNumber)
                ? ourNumber.CompareTo(theirNumber)
                : string.CompareOrdinal(our, their);
            if (order != 0)
            {
                return order;
            }
        }

        return ours.Length.CompareTo(theirs.Length);
    }
}
