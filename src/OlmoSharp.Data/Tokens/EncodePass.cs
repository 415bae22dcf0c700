using System.Runtime.InteropServices;
using OlmoSharp.Data.Documents;
using OlmoSharp.Data.Jobs;
using OlmoSharp.Data.Shards;
using OlmoSharp.Data.Texts;
using OlmoSharp.Data.Tokens.Config;
using OlmoSharp.Tokenization;

namespace OlmoSharp.Data.Tokens;

/// <summary>The first pass: encodes the documents of a file.</summary>
internal sealed class EncodePass(TokensConfig config, Tokenizer tokenizer, TokenType type, DocumentOrder order, bool quarantines)
{
    /// <summary>Encodes a file. Outputs: documents, index, and the quarantine if there is one.</summary>
    /// <param name="work">The task.</param>
    /// <param name="file">The file's number.</param>
    /// <exception cref="DataException">The documents are damaged, or a line is none and there is no quarantine.</exception>
    public void Run(ShardWork work, int file)
    {
        var quarantine = quarantines ? new QuarantineFile(work.Output(2)) : null;
        var encoder = new DocumentEncoder(tokenizer, config, order);
        using var scanner = new DocumentScanner(work.Task.Inputs[0], quarantine);
        using var output = new EncodedFileWriter(work.Output(0), work.Output(1), type);
        var view = new DocumentView();
        List<int> tokens = [];
        var (documents, empty, rewritten, tokenCount, textBytes) = (0L, 0L, 0L, 0L, 0L);
        while (scanner.Read(view))
        {
            work.Advance(1);
            var text = WhiteSpace.Trim(view.Text);
            if (text.IsEmpty)
            {
                empty++;
                continue;
            }

            try
            {
                if (view.Id.ContainsAny((byte)'\n', (byte)'\r'))
                {
                    throw new FormatException("the id holds a line break, which the shard's offsets cannot store");
                }

                rewritten += encoder.Encode(text, file, view.LineNumber, tokens) ? 1 : 0;
            }
            catch (FormatException error)
            {
                if (quarantine is null)
                {
                    throw scanner.At(error);
                }

                quarantine.Add(work.Task.Inputs[0], view.LineNumber, error.Message, view.Line);
                continue;
            }

            output.Add(order.Key(file, view.LineNumber), view.LineNumber, view.Id, CollectionsMarshal.AsSpan(tokens), text.Length);
            documents++;
            tokenCount += tokens.Count;
            textBytes += text.Length;
        }

        output.Complete();
        work.Count("documents", documents);
        work.Count("empty", empty);
        work.Count("tokens", tokenCount);
        work.Count("bytes", textBytes);
        if (config.FillInTheMiddle is not null)
        {
            work.Count("rewritten", rewritten);
        }

        if (quarantine is not null)
        {
            work.Count("quarantined", quarantine.Count);
        }
    }
}
