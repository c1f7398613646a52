using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Load;

/// <summary>The measurements of one round.</summary>
/// <param name="Closed">Closed-loop results of wrk, per server and number of connections.</param>
/// <param name="AllocatedBytes">Bytes that the service allocates per prediction at <see cref="LoadBenchmark.Busy"/> connections.</param>
/// <param name="Steady">Open-loop result of the service at half of its closed-loop rate at <see cref="LoadBenchmark.Busy"/> connections.</param>
/// <param name="EchoSteady">The echo server at the same rate: the share of the latency that the machine causes when client and server share the cores.</param>
/// <param name="Csv">Result for Kaggle's file.</param>
internal sealed record LoadRound(
    IReadOnlyDictionary<(string Server, int Connections), WrkResult> Closed, double AllocatedBytes, SteadyResult Steady, SteadyResult EchoSteady, CsvResult Csv)
{
    /// <summary>Number of requests to the service that failed: no response, or a status other than 200.</summary>
    internal long FailedByService => Steady.Failed
        + Closed.Where(entry => entry.Key.Server == LoadServers.Service).Sum(entry => entry.Value.BadStatus + entry.Value.SocketErrors);

    /// <summary>Requests per second of the service divided by those of the peer.</summary>
    internal double Ratio(string peer, int connections) =>
        Closed[(LoadServers.Service, connections)].PerSecond / Closed[(peer, connections)].PerSecond;

    /// <summary>Lowest and highest requests per second of the service at 16 connections or more, divided by their median.</summary>
    internal (double Lowest, double Highest) Flatness
    {
        get
        {
            double[] rates = [.. Closed.Where(entry => entry.Key.Server == LoadServers.Service && entry.Key.Connections >= 16).Select(entry => entry.Value.PerSecond).Order()];
            return (rates[0] / Spread.MedianOf(rates), rates[^1] / Spread.MedianOf(rates));
        }
    }
}
