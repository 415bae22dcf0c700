namespace OlmoSharp.Data.Deduplication.Keys;

/// <summary>Files by number, of which only the last few stay open.</summary>
/// <param name="open">Opens a file.</param>
internal sealed class OpenFiles<T>(Func<int, T> open) : IDisposable
    where T : IDisposable
{
    private const int Most = 64;
    private readonly Dictionary<int, T> _open = [];
    private readonly Queue<int> _order = new();

    public T this[int number]
    {
        get
        {
            if (_open.TryGetValue(number, out var file))
            {
                return file;
            }

            if (_open.Count == Most && _order.Dequeue() is var oldest)
            {
                _open[oldest].Dispose();
                _open.Remove(oldest);
            }

            _order.Enqueue(number);
            return _open[number] = open(number);
        }
    }

    public void Dispose()
    {
        foreach (var file in _open.Values)
        {
            file.Dispose();
        }
    }
}
