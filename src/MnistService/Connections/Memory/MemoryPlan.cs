using Microsoft.Extensions.Options;
using MnistService.Predict;
using MnistService.Startup;

namespace MnistService.Connections.Memory;

/// <summary>Memory that a part of the service may hold at most because of its clients, beside connections and bodies.</summary>
/// <param name="What">For people: "decoded images".</param>
/// <param name="Setting">Which changes it.</param>
internal sealed record MemoryBound(string What, string Setting, long Bytes);

/// <summary>
/// Divides the memory that there is: a container's limit or <c>GCHeapHardLimit</c>, else the machine's. The sum of all that clients can make the service hold
/// fits into it. Defaults are scaled down until the sum fits; explicit settings that do not fit stop the start.
/// </summary>
internal sealed class MemoryPlan
{
    /// <summary>What the service holds without clients, and room for the collector to work in.</summary>
    private const long BaseBytes = 96 << 20;

    private const int FewestConnections = 64, UsualConnections = 16_384;
    private const long LeastBodyBytes = 8 << 20, UsualBodyBytes = 256 << 20;

    public MemoryPlan(IOptions<ConnectionOptions> connections, IOptions<PredictOptions> predict, IEnumerable<MemoryBound> bounds)
        : this(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, connections.Value, predict.Value.MaxBytesInFlight, bounds) { }

    /// <param name="available">Bytes of memory.</param>
    /// <param name="bodyBytes">The setting; 0 if it is not set.</param>
    /// <exception cref="SettingException">What was set does not fit.</exception>
    internal MemoryPlan(long available, ConnectionOptions connections, long bodyBytes, IEnumerable<MemoryBound> bounds)
    {
        var others = bounds.ToList();
        var fixedBytes = BaseBytes + others.Sum(bound => bound.Bytes);
        var each = connections.BytesPerConnection;
        var (setConnections, setBodies) = (connections.MaxConnections, bodyBytes);
        var left = Math.Max(available - fixedBytes, 0);

        // A fifth stays free for what fragmentation costs.
        BodyBytes = setBodies > 0 ? setBodies : Math.Clamp((left - (long)setConnections * each) / 5, LeastBodyBytes, UsualBodyBytes);
        Connections = setConnections > 0 ? setConnections : (int)Math.Clamp((left * 4 / 5 - BodyBytes) / each, FewestConnections, UsualConnections);
        var needed = fixedBytes + BodyBytes + Connections * each;
        if (needed > available && setConnections + setBodies > 0) throw new SettingException(Describe(available, needed, each, setConnections, setBodies, others));
        Connections = (int)Math.Min(Connections, OpenFiles.ForConnections * 3 / 4);
        MostDropped = (int)Math.Min(1_024, OpenFiles.ForConnections / 8);
        ConnectionsWithWaiting = (int)Math.Min(2L * Connections, OpenFiles.ForConnections - MostDropped);
    }

    /// <summary>Admitted connections at a time.</summary>
    internal int Connections { get; }

    /// <summary>Connections at a time, admitted or waiting.</summary>
    internal int ConnectionsWithWaiting { get; }

    /// <summary>Refused connections that are about to be closed, at a time. They still have their sockets.</summary>
    internal int MostDropped { get; }

    /// <summary>Of request bodies in memory at a time.</summary>
    internal long BodyBytes { get; }

    private static string Describe(long available, long needed, long each, int connections, long bodies, List<MemoryBound> others)
    {
        List<string> set = [];
        if (connections > 0) set.Add($"{ConnectionOptions.Section}:MaxConnections is {connections} (up to {each >> 10} kB each)");
        if (bodies > 0) set.Add($"{PredictOptions.Section}:MaxBytesInFlight is {bodies >> 20} MB");
        var rest = string.Concat(others.Select(bound => $", {bound.What} {bound.Bytes >> 20} MB ({bound.Setting})"));
        return $"{string.Join(" and ", set)}: with what the service itself needs{rest} clients could make it hold {needed >> 20} MB, " +
            $"and it may use {available >> 20} MB. Lower the setting, leave it to the service, or give it more memory.";
    }
}
