namespace MnistService.Benchmarks.OpenLoop;

/// <summary>Timetables of requests.</summary>
internal static class Arrivals
{
    /// <summary>At equal distances.</summary>
    internal static TimeSpan[] Steady(double rate, TimeSpan window) =>
        [.. Enumerable.Range(0, (int)(rate * window.TotalSeconds)).Select(request => TimeSpan.FromSeconds(request / rate))];

    /// <summary>As many people who know nothing of each other send: at exponentially distributed distances (a Poisson process).</summary>
    /// <param name="begin">Of the first.</param>
    /// <param name="seed">The same times for the same.</param>
    internal static TimeSpan[] Poisson(double rate, TimeSpan window, int seed, TimeSpan begin = default)
    {
        var (random, times, at) = (new Random(seed), new List<TimeSpan>(), 0.0);
        while ((at -= Math.Log(1 - random.NextDouble()) / rate) < window.TotalSeconds) times.Add(begin + TimeSpan.FromSeconds(at));
        return [.. times];
    }

    /// <summary>So many requests, each due as soon as a connection is free: a closed loop.</summary>
    internal static TimeSpan[] AtOnce(int requests) => new TimeSpan[requests];
}
