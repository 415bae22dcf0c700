namespace OlmoSharp.Data.Mixing;

/// <summary>An output of a mix: all streams with the same name and folder.</summary>
/// <param name="Name">How its files' names begin.</param>
/// <param name="Path">Its folder.</param>
/// <param name="MaxSize">The most bytes of inputs, as they stand on the disk, for a file.</param>
/// <param name="Extension">How its files' names end.</param>
/// <param name="Inputs">What goes in, in order.</param>
internal sealed record MixOutput(string Name, string Path, long MaxSize, string Extension, IReadOnlyList<MixInput> Inputs)
{
    /// <summary>The pieces in order: a stream's inputs, then their second copy, and so on.</summary>
    public IReadOnlyList<MixPiece> Pieces { get; } =
    [
        .. from stream in Inputs.GroupBy(input => input.Stream)
           from copy in Enumerable.Range(0, (int)Math.Ceiling(stream.Key.Config.Sample))
           from input in stream
           select new MixPiece(input, copy, Math.Min(1, stream.Key.Config.Sample - copy)),
    ];

    /// <summary>A file of the output.</summary>
    /// <param name="number">From 0.</param>
    public string FileAt(int number) => System.IO.Path.Combine(Path, FormattableString.Invariant($"{Name}-{number:D4}{Extension}"));

    /// <summary>The pieces joined by size, in order, as Dolma joins files; a piece that is too large by itself gets several files.</summary>
    public IReadOnlyList<MixShard> Join()
    {
        var shards = new List<MixShard>();
        var files = 0;
        var pieces = new List<MixPiece>();
        var bytes = 0.0;
        foreach (var piece in Pieces)
        {
            if (pieces.Count > 0 && bytes + piece.Bytes > MaxSize)
            {
                Close();
            }

            pieces.Add(piece);
            bytes += piece.Bytes;
        }

        Close();
        return shards;

        void Close()
        {
            var count = Math.Max(1, (int)Math.Ceiling(bytes / MaxSize));
            shards.Add(new MixShard([.. pieces], [.. Enumerable.Range(files, count).Select(FileAt)]));
            files += count;
            pieces.Clear();
            bytes = 0;
        }
    }
}
