namespace MnistService.Benchmarks.OpenLoop;

/// <summary>Creates schedules of requests: the send time of each request from the start of the measurement.</summary>
internal static class Arrivals
{
    /// <summary>Requests at equal intervals.</summary>
    internal static TimeSpan[] Steady(double rate, TimeSpan window) =>
        [.. Enumerable.Range(0, (int)(rate * window.TotalSeconds)).Select(request => TimeSpan.FromSeconds(request / rate))];

    /// <summary>Requests of independent clients: a Poisson process, with exponentially distributed intervals.</summary>
    /// <param name="rate">Mean requests per second.</param>
    /// <param name="window">Length of the schedule.</param>
    /// <param name="seed">Seed of the random numbers; the same seed gives the same schedule.</param>
    /// <param name="begin">Start time of the schedule.</param>
    internal static TimeSpan[] Poisson(double rate, TimeSpan window, int seed, TimeSpan begin = default)
    {
        var (random, times, at) = (new Random(seed), new List<TimeSpan>(), 0.0);
        while ((at -= Math.Log(1 - random.NextDouble()) / rate) < window.TotalSeconds) times.Add(begin + TimeSpan.FromSeconds(at));
        return [.. times];
    }

    /// <summary>A closed loop: all requests are due immediately, and each is sent as soon as a connection is free.</summary>
    internal static TimeSpan[] AtOnce(int requests) => new TimeSpan[requests];
}
