using Microsoft.Extensions.Options;

namespace MnistService.Predict;

/// <summary>
/// How many bytes of pictures may lie in memory at a time, of all requests together. Small bodies are not counted: there the number of connections is the
/// bound. What is counted is what has come, not what a client says will come.
/// </summary>
/// <remarks>Safe for all threads.</remarks>
internal sealed class BodyMemory(IOptions<PredictOptions> options)
{
    /// <summary>Of one body, that nobody counts.</summary>
    internal const int Free = 64 << 10;

    private long _taken;

    /// <summary>Bytes that are in use.</summary>
    internal long Taken => Volatile.Read(ref _taken);

    /// <returns>False when there is no room for so many more.</returns>
    internal bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= options.Value.MaxBytesInFlight) return true;
        Return(bytes);
        return false;
    }

    internal void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
