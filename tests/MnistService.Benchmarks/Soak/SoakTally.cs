using System.Collections.Concurrent;

namespace MnistService.Benchmarks.Soak;

/// <summary>Counts the clients' operations and collects wrong responses. Thread-safe.</summary>
internal sealed class SoakTally
{
    private const int KeptComplaints = 20;

    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _complaints = new();

    /// <summary>Number of operations per kind, sorted by kind.</summary>
    internal IEnumerable<KeyValuePair<string, int>> Counts => _counts.OrderBy(count => count.Key, StringComparer.Ordinal);

    /// <summary>The first 20 complaints about wrong responses.</summary>
    internal IEnumerable<string> Complaints => _complaints.Take(KeptComplaints);

    internal int Wrong => _complaints.Count;

    internal void Count(string what, int times = 1) => _counts.AddOrUpdate(what, times, (_, count) => count + times);

    /// <summary>Records a wrong response.</summary>
    internal void Complain(string what) => _complaints.Enqueue(what);
}
