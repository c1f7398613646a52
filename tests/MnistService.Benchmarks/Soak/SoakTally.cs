using System.Collections.Concurrent;

namespace MnistService.Benchmarks.Soak;

/// <summary>What the clients did, and what was wrong with an answer. Safe for all threads.</summary>
internal sealed class SoakTally
{
    private const int KeptComplaints = 20;

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    /// <summary>How often each kind of thing was done.</summary>
    internal IEnumerable<KeyValuePair<string, int>> Counts => _counts.OrderBy(count => count.Key, StringComparer.Ordinal);

    /// <summary>The first of them.</summary>
    internal IEnumerable<string> Complaints => _complaints.Take(KeptComplaints);

    internal int Wrong => _complaints.Count;

    internal void Count(string what, int times = 1) => _counts.AddOrUpdate(what, times, (_, count) => count + times);

    /// <summary>An answer was not what it had to be.</summary>
    internal void Complain(string what) => _complaints.Enqueue(what);
}
