using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace OlmoSharp.Data.Tokens;

/// <summary>Reads what <see cref="EncodedFileWriter"/> wrote.</summary>
internal sealed class EncodedFile
{
    private readonly string _data;
    private readonly string _index;
    private readonly EncodedRun[] _runs;

    /// <summary>Reads which runs there are.</summary>
    /// <param name="data">The documents' path.</param>
    /// <param name="index">The index's path.</param>
    public EncodedFile(string data, string index)
    {
        (_data, _index) = (data, index);
        using var handle = File.OpenHandle(index);
        var length = RandomAccess.GetLength(handle);
        long count = 0;
        ReadExactly(handle, MemoryMarshal.AsBytes(new Span<long>(ref count)), length - sizeof(long));
        _runs = new EncodedRun[count];
        ReadExactly(handle, MemoryMarshal.AsBytes(_runs.AsSpan()), length - sizeof(long) - count * Unsafe.SizeOf<EncodedRun>());
    }

    /// <summary>The rows of a range of keys, one run after the other.</summary>
    /// <param name="first">The range's first key.</param>
    /// <param name="last">Its last.</param>
    public IReadOnlyList<EncodedDocument[]> Rows(ulong first, ulong last)
    {
        EncodedRun[] runs = [.. _runs.Where(run => run.FirstKey <= last && run.LastKey >= first)];
        if (runs.Length == 0)
        {
            return [];
        }

        using var handle = File.OpenHandle(_index);
        return [.. runs.Select(run => Rows(handle, run, first, last)).Where(rows => rows.Length > 0)];
    }

    /// <summary>Reads the documents of consecutive rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="bytes">Filled whole.</param>
    public void Read(EncodedDocument[] rows, Span<byte> bytes)
    {
        using var handle = File.OpenHandle(_data);
        ReadExactly(handle, bytes, rows[0].Offset);
    }

    private static EncodedDocument[] Rows(SafeFileHandle handle, EncodedRun run, ulong first, ulong last)
    {
        var start = FirstWhere(key => key >= first);
        var rows = new EncodedDocument[FirstWhere(key => key > last) - start];
        ReadExactly(handle, MemoryMarshal.AsBytes(rows.AsSpan()), (run.Start + start) * Unsafe.SizeOf<EncodedDocument>());
        return rows;

        long FirstWhere(Predicate<ulong> holdsFromThere)
        {
            var (low, high) = (0L, run.Count);
            while (low < high)
            {
                var middle = low + (high - low) / 2;
                EncodedDocument row = default;
                ReadExactly(handle, MemoryMarshal.AsBytes(new Span<EncodedDocument>(ref row)), (run.Start + middle) * Unsafe.SizeOf<EncodedDocument>());
                (low, high) = holdsFromThere(row.Key) ? (low, middle) : (middle + 1, high);
            }

            return low;
        }
    }

    private static void ReadExactly(SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
            {
                throw new EndOfStreamException("an intermediate file became shorter while the job ran");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }
}
