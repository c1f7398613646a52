using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Hostile;

/// <summary>An honest client that sends requests at a fixed rate, one at a time, during the attack.</summary>
/// <param name="Kind">Display name, for example "prediction, kept connection".</param>
/// <param name="Bound">Upper limit of the 99th percentile of the latency, in milliseconds.</param>
/// <param name="KeepsConnection"><c>true</c> reuses the connection; <c>false</c> opens a new connection for each request.</param>
/// <param name="Body">Image file for <c>POST /predict</c>; <c>null</c> sends <c>GET /health/ready</c> instead.</param>
internal sealed record HonestClient(string Kind, double Bound, bool KeepsConnection, byte[]? Body)
{
    /// <summary>A request without a response after this time counts as failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The four kinds of honest requests that are measured.</summary>
    internal static IReadOnlyList<HonestClient> All { get; } =
    [
        new("ready, new connections", HostilePlan.MaxReadyMs, false, null),
        new("ready, kept connection", HostilePlan.MaxReadyMs, true, null),
        new("prediction, new connections", HostilePlan.MaxPredictionMs, false, MeasuredImages.Small()),
        new("prediction, kept connection", HostilePlan.MaxPredictionMs, true, MeasuredImages.Small()),
    ];

    /// <summary>
    /// Sends requests until the time is over. Latency counts from the scheduled send time, so that a slow response does not hide the requests that it delayed
    /// (coordinated omission).
    /// </summary>
    internal async Task<HonestResult> AskAsync(Uri service, HostilePlan plan, TimeSpan time)
    {
        using var handler = new SocketsHttpHandler { PooledConnectionLifetime = KeepsConnection ? Timeout.InfiniteTimeSpan : TimeSpan.Zero };
        using var client = new HttpClient(handler) { BaseAddress = service, Timeout = Patience };
        var (begun, exchanges, failures) = (Stopwatch.GetTimestamp(), new List<Exchange>(), new Dictionary<string, int>());
        for (var due = TimeSpan.Zero; due < time; due += plan.Interval)
        {
            if (due - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } early) await Task.Delay(early);
            if (Stopwatch.GetElapsedTime(begun) > time + Patience) break; // the remaining requests would only queue behind each other
            var outcome = await AskAsync(client);
            exchanges.Add(new(due, Stopwatch.GetElapsedTime(begun), outcome is null ? Exchange.Accepted : 0));
            if (outcome is not null) failures[outcome] = failures.GetValueOrDefault(outcome) + 1;
        }
        return new(this, exchanges, failures);
    }

    /// <returns><c>null</c> for the expected response; otherwise the status or a description of the error.</returns>
    private async Task<string?> AskAsync(HttpClient client)
    {
        try
        {
            using var response = Body is null ? await client.GetAsync("/health/ready") : await client.PostAsync("/predict", new ByteArrayContent(Body));
            var body = await response.Content.ReadAsStringAsync();
            if (response.StatusCode != HttpStatusCode.OK) return ((int)response.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Body is null || body.StartsWith($"{{\"digit\":{MeasuredImages.SmallDigit},", StringComparison.Ordinal) ? null : "wrong digit";
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return e is TaskCanceledException ? "no response" : $"connection failed ({Reason(e)})";
        }
    }

    private static string Reason(Exception e) => e.GetBaseException() is SocketException socket ? $"{socket.SocketErrorCode}" : $"{(e as HttpRequestException)?.HttpRequestError}";
}

/// <summary>The measurements of one honest client during an attack.</summary>
/// <param name="Client">The client that sent the requests.</param>
/// <param name="Exchanges">All requests of the client; the status is 200 for the expected response and 0 for any failure.</param>
/// <param name="Failures">Number of failures per status or error.</param>
internal sealed record HonestResult(HonestClient Client, IReadOnlyList<Exchange> Exchanges, IReadOnlyDictionary<string, int> Failures)
{
    internal double P99Ms => Exchange.Percentile(Exchanges, 0.99);

    internal bool Passes => Failures.Count == 0 && P99Ms <= Client.Bound;
}
