namespace OlmoSharp.Data.Shards;

/// <summary>The part of one source in a mixture.</summary>
/// <param name="Name">Name of the source, unique in the mixture.</param>
/// <param name="InstanceCount">Instances that the source has.</param>
/// <param name="Repetition">How often each is seen in one epoch of the mixture: 2 upsamples to twice, 0.5 takes another half each epoch.</param>
public sealed record MixtureShare(string Name, long InstanceCount, double Repetition = 1);

/// <summary>One place of a mixture's order.</summary>
/// <param name="Source">Index of the source.</param>
/// <param name="Instance">Index of the instance in that source.</param>
/// <param name="Pass">How often the whole source had been gone through before.</param>
public readonly record struct MixtureInstance(int Source, long Instance, long Pass);

/// <summary>
/// The order in which a mixture of sources is seen, as a pure function of (sources, seed): position → instance. One epoch holds
/// round(repetition × instances) instances of every source, permuted together. Every source is itself gone through in whole passes, each a new permutation
/// without replacement and carried on over epochs, so no instance is seen n + 1 times before all were seen n times.
/// </summary>
public sealed class MixtureOrder
{
    private readonly MixtureShare[] _sources;
    private readonly long[] _ends;
    private readonly long _seed;

    /// <summary>Prepares an order.</summary>
    /// <param name="sources">The sources.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <exception cref="DataException">No source, two of one name, a bad repetition, or a source that contributes no instance.</exception>
    public MixtureOrder(IReadOnlyList<MixtureShare> sources, long seed)
    {
        if (sources.Count == 0)
        {
            throw new DataException("The mixture has no source. Name at least one.");
        }

        _sources = [.. sources];
        _ends = new long[_sources.Length];
        _seed = seed;
        long end = 0;
        for (int i = 0; i < _sources.Length; i++)
        {
            _ends[i] = end = checked(end + CheckedCount(i));
        }
    }

    /// <summary>Instances in one epoch.</summary>
    public long Count => _ends[^1];

    /// <summary>The instance at a position.</summary>
    /// <param name="position">0 and up without end; a new epoch begins at every multiple of <see cref="Count"/>.</param>
    public MixtureInstance this[long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(position);
            (long epoch, long inEpoch) = Math.DivRem(position, Count);
            long slot = new SequenceOrder(Count, _seed, epoch)[inEpoch];
            int found = Array.BinarySearch(_ends, slot + 1);
            int source = found < 0 ? ~found : found;
            long ordinal = (epoch * CountOf(source)) + slot - StartOf(source);
            var share = _sources[source];
            (long pass, long inPass) = Math.DivRem(ordinal, share.InstanceCount);
            return new MixtureInstance(source, new SequenceOrder(share.InstanceCount, _seed, pass, share.Name)[inPass], pass);
        }
    }

    /// <summary>Instances of one source in one epoch.</summary>
    public long CountOf(int source) => _ends[source] - StartOf(source);

    private long StartOf(int source) => source == 0 ? 0 : _ends[source - 1];

    private long CheckedCount(int index)
    {
        var share = _sources[index];
        if (_sources.Take(index).Any(before => before.Name == share.Name))
        {
            throw new DataException($"The mixture has two sources named '{share.Name}'. Give each its own name.");
        }

        if (!(share.Repetition > 0) || !double.IsFinite(share.Repetition))
        {
            throw new DataException($"Source '{share.Name}' has repetition {share.Repetition}. It must be a number above 0; leave the source out to use none of it.");
        }

        double count = Math.Round(share.Repetition * share.InstanceCount, MidpointRounding.AwayFromZero);
        return count >= 1
            ? checked((long)count)
            : throw new DataException($"Source '{share.Name}' contributes no instance ({share.InstanceCount} × {share.Repetition}). Give it more text or a larger repetition, or leave it out.");
    }
}
