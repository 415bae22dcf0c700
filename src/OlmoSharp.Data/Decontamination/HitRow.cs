using System.Text.Json;
using OlmoSharp.Data.Documents;

namespace OlmoSharp.Data.Decontamination;

/// <summary>A hit as a JSON line of the report.</summary>
internal static class HitRow
{
    /// <summary>Writes a row.</summary>
    /// <param name="output">The open file.</param>
    /// <param name="file">The document's file.</param>
    /// <param name="document">The document.</param>
    /// <param name="hit">What was found in it.</param>
    /// <param name="start">First code point of the text in which the question was found.</param>
    /// <param name="end">The code point after its last.</param>
    public static void Write(Stream output, string file, DocumentView document, ContaminationHit hit, int start, int end)
    {
        using (var json = new Utf8JsonWriter(output, DocumentJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("evaluation"u8, hit.Evaluation);
            json.WriteString("item"u8, hit.Item.Id);
            json.WriteString("item_place"u8, hit.Item.Place);
            json.WriteString("document"u8, $"{file}:{document.LineNumber}");
            json.WriteString("id"u8, document.Id);
            json.WriteString("source"u8, document.Source);
            json.WriteStartArray("span"u8);
            json.WriteNumberValue(start);
            json.WriteNumberValue(end);
            json.WriteEndArray();
            json.WriteNumber("score"u8, Rounded(hit.Score));
            json.WriteNumber("threshold"u8, Rounded(hit.Threshold));
            Write(json, "answer", hit.Answer);
            Write(json, "passage", hit.Passage);
            json.WriteString("text"u8, document.Text[hit.Start..hit.End]);
            json.WriteString("question"u8, hit.Item.Question);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    /// <summary>A share with the decimals that attributes have.</summary>
    public static double Rounded(double share) => Math.Round(share, 5);

    private static void Write(Utf8JsonWriter json, string name, double? share)
    {
        if (share is { } value)
        {
            json.WriteNumber(name, Rounded(value));
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
