using System.Text;

namespace OlmoSharp.Server.Tests.Serving;

/// <summary>Reads server-sent events byte by byte, as the HTML standard says.</summary>
internal static class EventStream
{
    public static async Task<List<(string Name, string Data)>> ReadAsync(Stream stream, CancellationToken cancellation, int most = int.MaxValue)
    {
        List<(string, string)> events = [];
        List<byte> line = [];
        var (name, data) = ("", new List<string>());
        var one = new byte[1];
        while (events.Count < most && await stream.ReadAsync(one, cancellation) == 1)
        {
            if (one[0] != '\n')
            {
                line.Add(one[0]);
                continue;
            }

            var text = Encoding.UTF8.GetString([.. line]);
            line.Clear();
            if (text.Length == 0)
            {
                if (data.Count > 0)
                {
                    events.Add((name.Length > 0 ? name : "message", string.Join('\n', data)));
                }

                (name, data) = ("", []);
            }
            else if (text.StartsWith("data: ", StringComparison.Ordinal))
            {
                data.Add(text[6..]);
            }
            else if (text.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = text[7..];
            }
            else
            {
                throw new InvalidDataException($"no line of an event stream: '{text}'");
            }
        }

        return events;
    }
}
