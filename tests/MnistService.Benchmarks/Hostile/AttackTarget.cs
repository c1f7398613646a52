using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MnistService.Benchmarks.Hostile;

/// <summary>The service as an <see cref="Attack"/> sees it, and the outcome of each hostile connection. Safe for all threads.</summary>
/// <param name="service">Its address.</param>
/// <param name="most">Connections at most, however many the attack wants.</param>
internal sealed class AttackTarget(Uri service, int most) : IDisposable
{
    /// <summary>Attackers come from so many addresses of 127.0.0.0/8, so that no bound on one address stops them all.</summary>
    private const int Addresses = 250;

    /// <summary>From the end of a connection to the next one in its place. Shorter would be a flood of requests, which is another attack.</summary>
    private static readonly TimeSpan BeforeReturn = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, int> _outcomes = new();

    /// <summary>For requests that prepare an attack.</summary>
    internal HttpClient Client { get; } = new() { BaseAddress = service };

    /// <summary>What happened to the connections: statuses of responses, and errors.</summary>
    internal string Outcomes => string.Join(", ", _outcomes.OrderByDescending(outcome => outcome.Value).Select(outcome => $"{outcome.Value} × {outcome.Key}"));

    /// <summary>Runs the attack on that many connections at the same time. A connection that ends is replaced by a new one.</summary>
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
