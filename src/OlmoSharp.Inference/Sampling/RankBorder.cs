namespace OlmoSharp.Inference.Sampling;

/// <summary>Where a ranking by logit is cut.</summary>
/// <param name="Key">The key of the last logit that is taken; see <see cref="RankSelection.Key"/>.</param>
/// <param name="Ties">How many entries of that logit are taken, in the order of their places.</param>
internal record struct RankBorder(uint Key, int Ties)
{
    /// <summary>Whether the next entry, in the order of places, is taken.</summary>
    public bool Takes(float logit)
    {
        var key = RankSelection.Key(logit);
        return key > Key || (key == Key && Ties-- > 0);
    }
}
