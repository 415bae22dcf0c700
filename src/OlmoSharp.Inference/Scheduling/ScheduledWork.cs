namespace OlmoSharp.Inference.Scheduling;

/// <summary>Something that waits for its turn on the engine.</summary>
/// <param name="arrival">The number of its request; earlier ones come first.</param>
/// <param name="sample">Which text of the request.</param>
internal abstract class ScheduledWork(long arrival, int sample) : IComparable<ScheduledWork>
{
    /// <summary>Which text of the request.</summary>
    protected int Sample => Order.Sample;

    /// <summary>Whether it has had a turn before.</summary>
    public bool HasBegun { get; set; }

    /// <summary>Whether its caller has given up.</summary>
    public abstract bool IsCancelled { get; }

    private (long Arrival, int Sample) Order { get; } = (arrival, sample);

    /// <inheritdoc/>
    public int CompareTo(ScheduledWork? other) => other is null ? 1 : Order.CompareTo(other.Order);

}
