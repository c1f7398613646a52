namespace MnistService.Operations;

/// <summary>
/// Limits the number of request log lines per second. Without the limit, a flood of requests would make all threads wait for the lock of the console, and would
/// fill the disk with log lines.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed partial class RequestLogBudget(TimeProvider time, ILogger<RequestLogBudget> log)
{
    /// <summary>Maximum number of requests that are logged per second. Further requests in the same second are only counted.</summary>
    internal const int PerSecond = 100;

    private readonly Lock _gate = new();
    private long _second;
    private int _lines, _leftOut;

    /// <summary>Checks whether the caller may log a request. The first call in a later second also logs how many requests exceeded the limit before.</summary>
    /// <returns>True if the caller may write one line; false if the limit of the current second is reached.</returns>
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
