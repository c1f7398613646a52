using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Benchmarks.Hostile;

/// <summary>Opens the connections of an <see cref="Attack"/> to the service and counts their outcomes. Thread-safe.</summary>
/// <param name="service">Base address of the service; the host is an IPv4 address.</param>
/// <param name="most">Maximum number of connections, even if the attack requests more.</param>
internal sealed class AttackTarget(Uri service, int most) : IDisposable
{
    /// <summary>Number of source addresses in 127.0.0.0/8. With several addresses, a limit per client address does not stop the whole attack.</summary>
    private const int Addresses = 250;

    /// <summary>Delay from the end of a connection to its replacement. A shorter delay would be a request flood, which is a different attack.</summary>
    private static readonly TimeSpan BeforeReturn = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, int> _outcomes = new();

    /// <summary>HTTP client for the requests that prepare an attack.</summary>
    internal HttpClient Client { get; } = new() { BaseAddress = service };

    /// <summary>Response statuses and errors of the connections with their counts, most frequent first.</summary>
    internal string Outcomes => string.Join(", ", _outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Value} × {outcome.Key}"));

    /// <summary>
    /// Runs the attack on the given number of concurrent connections until canceled. A new connection replaces one that ends, after a delay of 5 s.
    /// </summary>
    internal async Task OnEachConnectionAsync(int connections, Func<AttackConnection, CancellationToken, Task> attack, CancellationToken ended)
    {
        Console.WriteLine(AttackProcess.Begun);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(connections, most)).Select(i => RepeatAsync(new(IPAddress.Parse($"127.1.0.{1 + i % Addresses}"), 0), attack, ended)));
        await Task.Delay(Timeout.Infinite, ended);
    }

    internal void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, (_, count) => count + 1);

    public void Dispose() => Client.Dispose();

    private async Task RepeatAsync(IPEndPoint from, Func<AttackConnection, CancellationToken, Task> attack, CancellationToken ended)
    {
        for (; !ended.IsCancellationRequested; await Task.Delay(BeforeReturn, ended))
        {
            try
            {
                using var connection = await AttackConnection.OpenAsync(this, from, new(IPAddress.Parse(service.Host), service.Port), ended);
                await attack(connection, ended);
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                Count(e is SocketException { SocketErrorCode: var error } ? error.ToString() : "closed");
            }
        }
    }
}
