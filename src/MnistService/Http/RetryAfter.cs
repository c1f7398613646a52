using System.Globalization;

namespace MnistService.Http;

/// <summary>The header <c>Retry-After</c> (RFC 9110, 10.2.3): whole seconds, so a wait is rounded up, and at least one.</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    internal static string Seconds(TimeSpan wait) =>
        Math.Max(1, Math.Ceiling((wait < Most ? wait : Most).TotalSeconds)).ToString("0", CultureInfo.InvariantCulture);
}
