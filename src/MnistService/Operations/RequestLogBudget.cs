namespace MnistService.Operations;

/// <summary>
/// Bounds the lines that requests write to the log. The console is written to under a lock: a flood of requests would have every thread wait for it, and fill
/// the disk behind it.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed partial class RequestLogBudget(TimeProvider time, ILogger<RequestLogBudget> log)
{
    /// <summary>Lines per second.</summary>
    internal const int PerSecond = 100;

    private readonly Lock _gate = new();
    private long _second;
    private int _lines, _leftOut;

    /// <returns>False if this second has had its lines. The next second's first line is preceded by the number of lines that were left out.</returns>
    internal bool TryTake()
    {
        int leftOut;
        lock (_gate)
        {
            var now = time.GetTimestamp() / time.TimestampFrequency;
            if (now == _second)
            {
                if (_lines < PerSecond)
                {
                    _lines++;
                    return true;
                }
                _leftOut++;
                return false;
            }
            (_second, _lines, leftOut, _leftOut) = (now, 1, _leftOut, 0);
        }
        if (leftOut > 0) Log.LeftOut(log, leftOut, PerSecond);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Count} requests were not logged: more than {PerSecond} ended within a second")]
        public static partial void LeftOut(ILogger log, int count, int perSecond);
    }
}
