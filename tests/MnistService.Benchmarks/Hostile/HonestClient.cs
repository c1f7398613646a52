using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Hostile;

/// <summary>One honest client that asks at a fixed rate, one request at a time, beside the attack.</summary>
/// <param name="Kind">For people: "prediction, kept connection".</param>
/// <param name="Bound">On the 99th percentile, milliseconds.</param>
/// <param name="KeepsConnection">False: each request opens a connection.</param>
/// <param name="Body">Of a prediction; null: <c>GET /health/ready</c>.</param>
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
    /// Asks until the time is over. Latency counts from the moment a request was due, so that a slow response does not hide the requests that it delayed.
    /// </summary>
    internal async Task<HonestResult> AskAsync(Uri service, HostilePlan plan, TimeSpan time)
    {
        using var handler = new SocketsHttpHandler { PooledConnectionLifetime = KeepsConnection ? Timeout.InfiniteTimeSpan : TimeSpan.Zero };
        using var client = new HttpClient(handler) { BaseAddress = service, Timeout = Patience };
        var (begun, exchanges, failures) = (Stopwatch.GetTimestamp(), new List<Exchange>(), new Dictionary<string, int>());
        for (var due = TimeSpan.Zero; due < time; due += plan.Interval)
        {
            if (due - Stopwatch.GetElapsedTime(begun) is { Ticks: > 0 } early) await Task.Delay(early);
            if (Stopwatch.GetElapsedTime(begun) > time + Patience) break; // the rest would only wait for each other
            var outcome = await AskAsync(client);
            exchanges.Add(new(due, Stopwatch.GetElapsedTime(begun), outcome is null ? Exchange.Accepted : 0));
            if (outcome is not null) failures[outcome] = failures.GetValueOrDefault(outcome) + 1;
        }
        return new(this, exchanges, failures);
    }

    /// <returns>Null for the right response, otherwise what came instead.</returns>
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

/// <summary>What one honest client saw during an attack.</summary>
/// <param name="Client">Who asked.</param>
/// <param name="Exchanges">All of its requests; the status is 200 where the response was right.</param>
/// <param name="Failures">Statuses and errors in place of right responses, with their number.</param>
internal sealed record HonestResult(HonestClient Client, IReadOnlyList<Exchange> Exchanges, IReadOnlyDictionary<string, int> Failures)
{
    internal double P99Ms => Exchange.Percentile(Exchanges, 0.99);

    internal bool Passes => Failures.Count == 0 && P99Ms <= Client.Bound;
}
