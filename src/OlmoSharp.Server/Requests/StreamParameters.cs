using OlmoSharp.Server.Errors;

namespace OlmoSharp.Server.Requests;

/// <summary>Whether and how an answer is streamed.</summary>
/// <param name="IsOn">As server-sent events; otherwise as one.</param>
/// <param name="HasUsage">Whether the last event counts the tokens.</param>
internal readonly record struct StreamParameters(bool IsOn, bool HasUsage)
{
    /// <summary>Reads <c>stream</c> and <c>stream_options</c>.</summary>
    public static StreamParameters Read(Parameters body)
    {
        var isOn = body.Flag("stream");
        if (body.Object("stream_options") is not { } options)
        {
            return new(isOn, false);
        }

        return isOn ? new(true, options.Flag("include_usage")) : throw ApiException.Invalid("stream_options", "The 'stream_options' parameter is only allowed when 'stream' is true.");
    }
}
