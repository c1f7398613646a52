using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Connections.Memory;

/// <summary>Upper bound of the memory that one component can hold because of client requests, excluding connections and request bodies.</summary>
/// <param name="What">Text for error messages, for example "decoded images".</param>
/// <param name="Setting">Text for error messages that says what determines the bound, for example "an eighth of the memory".</param>
internal sealed record MemoryBound(string What, string Setting, long Bytes);

/// <summary>
/// Divides the available memory among connections, request bodies and components, so that client requests do not use more memory than is available. The
/// available memory is <c>GCHeapHardLimit</c>, three quarters of a container's limit, or the machine's memory. If little memory is available, the default
/// limits are lower, down to fixed minimums. The startup fails if explicit settings need more than the available memory. If the minimums of the defaults need
/// more, the service starts and logs a warning.
/// </summary>
internal sealed partial class MemoryPlan
{
    /// <summary>Memory in bytes that the service uses without clients, including headroom for the garbage collector.</summary>
    private const long BaseBytes = 96 << 20;

    private const int FewestConnections = 64, UsualConnections = 16_384;
    private const long LeastBodyBytes = 8 << 20, UsualBodyBytes = 256 << 20;

    public MemoryPlan(IOptions<ConnectionOptions> connections, IOptions<RequestMemoryOptions> predict, IEnumerable<MemoryBound> bounds, ILogger<MemoryPlan> log)
        : this(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, connections.Value, predict.Value.MaxBytesInFlight, bounds, OpenFiles.Limit)
    {
        if (Needed > Available) Log.DoesNotFit(log, Needed >> 20, Available >> 20);
    }

    /// <param name="available">Available memory in bytes.</param>
    /// <param name="bodyBytes">Value of the setting <see cref="RequestMemoryOptions.MaxBytesInFlight"/> in bytes; 0 for the default.</param>
    /// <param name="openFiles">Limit of open files of the process, see <see cref="OpenFiles.Limit"/>.</param>
    /// <exception cref="SettingException">The explicit settings need more than the available memory.</exception>
    internal MemoryPlan(long available, ConnectionOptions connections, long bodyBytes, IEnumerable<MemoryBound> bounds, long openFiles)
    {
        var others = bounds.ToList();
        var fixedBytes = BaseBytes + others.Sum(bound => bound.Bytes);
        var each = connections.BytesPerConnection;
        var (setConnections, setBodies) = (connections.MaxConnections, bodyBytes);
        var left = Math.Max(available - fixedBytes, 0);

        // A fifth of the remaining memory stays free, because of heap fragmentation.
        BodyBytes = setBodies > 0 ? setBodies : Math.Clamp((left - (long)setConnections * each) / 5, LeastBodyBytes, UsualBodyBytes);
        Connections = setConnections > 0 ? setConnections : (int)Math.Clamp((left * 4 / 5 - BodyBytes) / each, FewestConnections, UsualConnections);
        (Available, Needed) = (available, fixedBytes + BodyBytes + Connections * each);
        if (Needed > available && setConnections + setBodies > 0) throw new SettingException(Describe(available, Needed, each, setConnections, setBodies, others));
        var sockets = OpenFiles.ForConnections(openFiles);
        Connections = (int)Math.Min(Connections, sockets / 4 * 3);
        MostDropped = (int)Math.Min(1_024, sockets / 8);
        ConnectionsWithWaiting = (int)Math.Min(2L * Connections, sockets - MostDropped);
    }

    /// <summary>Available memory in bytes.</summary>
    internal long Available { get; }

    /// <summary>
    /// Maximum memory in bytes that the service needs with these limits. More than <see cref="Available"/> only if the lowest default limits do not fit.
    /// </summary>
    internal long Needed { get; }

    /// <summary>Maximum number of admitted connections.</summary>
    internal int Connections { get; }

    /// <summary>Maximum number of connections, admitted or waiting.</summary>
    internal int ConnectionsWithWaiting { get; }

    /// <summary>Maximum number of refused connections that are queued to be closed. Their sockets are still open.</summary>
    internal int MostDropped { get; }

    /// <summary>Maximum memory of all request bodies in bytes.</summary>
    internal long BodyBytes { get; }

    private static string Describe(long available, long needed, long each, int connections, long bodies, List<MemoryBound> others)
    {
        List<string> set = [];
        if (connections > 0) set.Add($"{ConnectionOptions.Section}:MaxConnections is {connections} (up to {each >> 10} kB each)");
        if (bodies > 0) set.Add($"{RequestMemoryOptions.Section}:MaxBytesInFlight is {bodies >> 20} MB");
        var rest = string.Concat(others.Select(bound => $", {bound.What} {bound.Bytes >> 20} MB ({bound.Setting})"));
        return $"{string.Join(" and ", set)}: the service could need {needed >> 20} MB, including its own memory{rest}; " +
            $"{available >> 20} MB are available. Lower the setting, remove it to use the default, or give the service more memory.";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The service could need {Needed} MB with the lowest default limits; {Available} MB are available. Clients could exhaust the memory. "
            + "Give the service more memory")]
        public static partial void DoesNotFit(ILogger logger, long needed, long available);
    }
}
