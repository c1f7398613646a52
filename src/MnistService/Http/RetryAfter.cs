using System.Globalization;

namespace MnistService.Http;

/// <summary>Formats the header <c>Retry-After</c> (RFC 9110, 10.2.3): whole seconds, rounded up, at least 1 and at most 3,600.</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    internal static string Seconds(TimeSpan wait) =>
        Math.Max(1, Math.Ceiling((wait < Most ? wait : Most).TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
}
