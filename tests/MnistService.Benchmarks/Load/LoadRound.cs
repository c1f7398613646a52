using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Load;

/// <summary>What was measured in one round.</summary>
/// <param name="Closed">By wrk, for each server and number of connections.</param>
/// <param name="AllocatedBytes">By the service for each prediction, at <see cref="LoadBenchmark.Busy"/> connections.</param>
/// <param name="Steady">At half the rate that the service had at that number of connections.</param>
/// <param name="EchoSteady">The bare endpoint at the same rate: what the machine itself does to latencies, with client and server on the same cores.</param>
/// <param name="Csv">Kaggle's file.</param>
internal sealed record LoadRound(
    IReadOnlyDictionary<(string Server, int Connections), WrkResult> Closed, double AllocatedBytes, SteadyResult Steady, SteadyResult EchoSteady, CsvResult Csv)
{
    /// <summary>Requests that the service did not answer, or not with 200.</summary>
    internal long FailedByService => Steady.Failed
        + Closed.Where(entry => entry.Key.Server == LoadServers.Service).Sum(entry => entry.Value.BadStatus + entry.Value.SocketErrors);

    /// <summary>The service's requests a second divided by the peer's.</summary>
    internal double Ratio(string peer, int connections) =>
        Closed[(LoadServers.Service, connections)].PerSecond / Closed[(peer, connections)].PerSecond;

    /// <summary>The service's lowest and highest requests a second from 16 connections on, divided by their median.</summary>
    internal (double Lowest, double Highest) Flatness
    {
        get
        {
            double[] rates = [.. Closed.Where(entry => entry.Key.Server == LoadServers.Service && entry.Key.Connections >= 16).Select(entry => entry.Value.PerSecond).Order()];
            return (rates[0] / Spread.MedianOf(rates), rates[^1] / Spread.MedianOf(rates));
        }
    }
}
