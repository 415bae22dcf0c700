namespace OlmoSharp.Data.Deduplication.MinHash;

/// <summary>Sets of the numbers from 0 on that are joined more and more (union-find, Tarjan 1975). A set is named by its smallest number, whatever the order of joins.</summary>
/// <param name="count">How many numbers there are, each at first a set by itself.</param>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = Identity(count);

    /// <summary>The smallest number of a number's set.</summary>
    public int Find(int number)
    {
        while (_parents[number] != number)
        {
            _parents[number] = _parents[_parents[number]];
            number = _parents[number];
        }

        return number;
    }

    /// <summary>Makes one set of the sets of two numbers.</summary>
    public void Join(int first, int second)
    {
        var (low, high) = (Find(first), Find(second));
        _parents[Math.Max(low, high)] = Math.Min(low, high);
    }

    private static int[] Identity(int count)
    {
        var numbers = new int[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        return numbers;
    }
}
