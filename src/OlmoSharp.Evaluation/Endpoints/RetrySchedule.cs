using System.Net;
using System.Net.Http.Headers;

namespace OlmoSharp.Evaluation.Endpoints;

/// <summary>How long to wait before a request that failed is sent again: twice as long each time, or as long as the service says.</summary>
/// <param name="FirstWait">The first wait.</param>
/// <param name="LongestWait">The longest that is waited without being told to.</param>
/// <param name="LongestObeyed">The longest that a service is waited for because it says so.</param>
internal sealed record RetrySchedule(TimeSpan FirstWait, TimeSpan LongestWait, TimeSpan LongestObeyed)
{
    /// <summary>Whether a status says that the same request may do later.</summary>
    public static bool MayPass(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;

    /// <summary>The wait after a failure.</summary>
    /// <param name="attempt">How many failures there were before.</param>
    /// <param name="asked">How long the service asks to be waited for; null: it does not say.</param>
    public TimeSpan WaitAfter(int attempt, TimeSpan? asked) => asked is { } told
        ? told < LongestObeyed ? told : LongestObeyed
        : TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(attempt, 20)));

    /// <summary>What a service says in <c>Retry-After</c>.</summary>
    /// <param name="header">The header; null: none.</param>
    /// <param name="now">The time.</param>
    public static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        header?.Delta ?? (header?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - now).Ticks)) : null);
}
