using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;

namespace OlmoSharp.Data.Mixing;

/// <summary>What all tasks of a mix do alike: go through pieces, decide on each document, count, and write removed documents and broken lines aside.</summary>
/// <param name="config">The config.</param>
/// <param name="quarantines">Whether broken lines are set aside instead of ending the job.</param>
internal sealed class MixWork(MixConfig config, bool quarantines)
{
    /// <summary>The files of a task beside its main outputs, in the order that <see cref="Run"/> expects.</summary>
    /// <param name="output">The task's first output.</param>
    /// <param name="folder">The folder of the mix's output, in which <paramref name="output"/> lies.</param>
    /// <param name="name">The task's name, if it is another than that of the first output.</param>
    public IEnumerable<string> AsideOutputs(string output, string folder, string? name = null)
    {
        var relative = name ?? Path.GetRelativePath(folder, output);
        if (config.Audit is not null)
        {
            yield return Path.Combine(config.Audit, relative);
        }

        if (quarantines)
        {
            // A folder with a dot is passed over when documents are looked for.
            yield return Path.Combine(folder, ".quarantine", Path.ChangeExtension(relative, null).Replace(".jsonl", "", StringComparison.Ordinal) + ".jsonl");
        }
    }

    /// <summary>Goes through pieces.</summary>
    /// <param name="work">The task.</param>
    /// <param name="mainOutputs">How many outputs the task has before the ones of <see cref="AsideOutputs"/>.</param>
    /// <param name="pieces">The pieces.</param>
    /// <param name="write">Called for each document that gets into the mix, with the piece and the bytes of document lines read before it.</param>
    /// <exception cref="DataException">A file is damaged, a query fails, or the disk refuses.</exception>
    public void Run(ShardWork work, int mainOutputs, IEnumerable<MixPiece> pieces, Action<MixedFile, MixPiece, long> write)
    {
        var audit = config.Audit is null ? null : work.Output(mainOutputs);
        var quarantine = quarantines ? new QuarantineFile(work.Output(mainOutputs + (audit is null ? 0 : 1))) : null;
        foreach (var piece in pieces)
        {
            // Copies meet the same broken lines again; they are set aside once.
            using var file = new MixedFile(piece.Input.Stream, piece.Input, quarantine is null ? null : piece.Copy == 0 ? quarantine : new QuarantineFile(Stream.Null));
            var counts = new MixCounts(piece.Input.Stream.Index);
            long read = 0;
            while (file.Read())
            {
                counts.Documents += piece.Copy == 0 ? 1 : 0;
                var removal = piece.Fraction < 1 && RowKey.Sample(file.Document, config.Seed) >= piece.Fraction ? Removal.Sample : file.Mix();
                if (removal is null)
                {
                    counts.Add(file);
                    write(file, piece, read);
                }
                else if (piece.Copy == 0)
                {
                    counts.Add(removal);
                    if (audit is not null)
                    {
                        file.Remove(removal);
                        audit.Write(file.Row.Span);
                    }
                }

                read += file.Document.Line.Length + 1;
                work.Advance(1);
            }

            counts.Report(work);
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }
}
