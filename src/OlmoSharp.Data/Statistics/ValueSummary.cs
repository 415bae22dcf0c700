using System.Text.Json;

namespace OlmoSharp.Data.Statistics;

/// <summary>
/// The distribution of a measure's values: exact as long as few are different, else in groups. A group holds the doubles that have sign, exponent and the
/// first seven bits of the mantissa in common, so that its values differ by less than 1/128 (below 1e-307 in size they count as zero) and groups are the same whatever is summed in whatever order.
/// </summary>
/// <param name="mostValues">The most different values that are counted one by one.</param>
public sealed class ValueSummary(int mostValues)
{
    private const int DroppedBits = 52 - 7;

    private SortedDictionary<double, long>? _sorted;
    private Dictionary<double, long> _counts = [];

    /// <summary>How many values there are.</summary>
    public long Count { get; private set; }

    /// <summary>Their sum.</summary>
    public double Sum { get; private set; }

    /// <summary>The lowest; NaN where there is none.</summary>
    public double Min { get; private set; } = double.NaN;

    /// <summary>The highest; NaN where there is none.</summary>
    public double Max { get; private set; } = double.NaN;

    /// <summary>Their mean; NaN where there is none.</summary>
    public double Mean => Sum / Count;

    /// <summary>Whether every value is counted by itself, so that quantiles are exact.</summary>
    public bool IsExact { get; private set; } = true;

    /// <summary>The values, or the values nearest to zero of each group, ascending, with their counts.</summary>
    public IReadOnlyDictionary<double, long> Counts => _sorted ??= new SortedDictionary<double, long>(_counts);

    /// <summary>Adds a value.</summary>
    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        Count++;
        Sum += value;
        (Min, Max) = Count == 1 ? (value, value) : (Math.Min(Min, value), Math.Max(Max, value));
        AddCount(value, 1);
    }

    /// <summary>Adds all values of another summary.</summary>
    public void Merge(ValueSummary other)
    {
        if (other.Count == 0)
        {
            return;
        }

        (Min, Max) = Count == 0 ? (other.Min, other.Max) : (Math.Min(Min, other.Min), Math.Max(Max, other.Max));
        Count += other.Count;
        Sum += other.Sum;
        if (!other.IsExact)
        {
            Group();
        }

        foreach (var (value, count) in other.Counts)
        {
            AddCount(value, count);
        }
    }

    /// <summary>The lowest value that at least a share of all values do not exceed; the middle of its group where values are grouped; NaN where there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public double Quantile(double share)
    {
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Math.Max(1, Count));
        foreach (var (value, count) in Counts)
        {
            rank -= count;
            if (rank <= 0)
            {
                return IsExact || value == 0 ? value : Math.Clamp((value + FarEnd(value)) / 2, Min, Max);
            }
        }

        return double.NaN;
    }

    /// <summary>Whether bars of equal ratios show the values better than bars of equal widths: they are positive and span several powers of ten.</summary>
    public bool IsSkewed => Min > 0 && Max / Min > 1000;

    /// <summary>Counts the values in bars of equal width, or of equal ratio where <see cref="IsSkewed"/>. A group counts where its value nearest to zero lies.</summary>
    /// <param name="bars">How many bars; one where all values are equal.</param>
    public IReadOnlyList<HistogramBin> Histogram(int bars)
    {
        if (Count == 0 || Min == Max)
        {
            return Count == 0 ? [] : [new HistogramBin(Min, Max, Count)];
        }

        var edges = Enumerable.Range(0, bars + 1)
            .Select(i => i == bars ? Max : IsSkewed ? Min * Math.Pow(Max / Min, (double)i / bars) : Min + (Max - Min) * i / bars).ToArray();
        var counts = new long[bars];
        foreach (var (value, count) in Counts)
        {
            var at = Array.BinarySearch(edges, Math.Clamp(value, Min, Max));
            counts[Math.Clamp(at >= 0 ? at : ~at - 1, 0, bars - 1)] += count;
        }

        return [.. counts.Select((count, i) => new HistogramBin(edges[i], edges[i + 1], count))];
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("count", Count);
        json.WriteNumber("sum", Sum);
        json.WriteNumber("min", Min);
        json.WriteNumber("max", Max);
        json.WriteBoolean("exact", IsExact);
        json.WriteStartArray("values");
        foreach (var (value, count) in Counts)
        {
            json.WriteStartArray();
            json.WriteNumberValue(value);
            json.WriteNumberValue(count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static ValueSummary Read(JsonElement json, int mostValues)
    {
        var summary = new ValueSummary(mostValues)
        {
            Count = json.GetProperty("count").GetInt64(),
            Sum = json.GetProperty("sum").GetDouble(),
            Min = json.GetProperty("min").GetDouble(),
            Max = json.GetProperty("max").GetDouble(),
            IsExact = json.GetProperty("exact").GetBoolean(),
        };
        foreach (var pair in json.GetProperty("values").EnumerateArray())
        {
            summary._counts.Add(pair[0].GetDouble(), pair[1].GetInt64());
        }

        return summary;
    }

    private static double GroupOf(double value) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) >> DroppedBits << DroppedBits);

    private static double FarEnd(double group) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(group) + (1L << DroppedBits) - 1);

    private void AddCount(double value, long count)
    {
        _sorted = null;

        // Zero has two signs, which are one value.
        value = (IsExact ? value : GroupOf(value)) + 0.0;
        _counts[value] = _counts.GetValueOrDefault(value) + count;
        if (IsExact && _counts.Count > mostValues)
        {
            Group();
        }
    }

    private void Group()
    {
        if (!IsExact)
        {
            return;
        }

        IsExact = false;
        var before = _counts;
        _counts = [];
        foreach (var (value, count) in before)
        {
            AddCount(value, count);
        }
    }
}
