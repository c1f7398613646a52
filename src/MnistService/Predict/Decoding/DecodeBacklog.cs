namespace MnistService.Predict.Decoding;

/// <summary>
/// What waits to be decoded, and how long that will take: known in time and not only in number, because one photo costs as much as a thousand small
/// drawings. It says when there is enough.
/// </summary>
/// <param name="workers">Threads that decode.</param>
/// <param name="maxWait">Beyond which one more is refused.</param>
/// <remarks>Safe for all threads.</remarks>
internal sealed class DecodeBacklog(int workers, TimeSpan maxWait)
{
    /// <summary>
    /// More than that waiting for a worker serve nobody: with as many at hand it is never idle, and whoever comes later waits for all of them.
    /// </summary>
    internal const int MostAWorker = 28;

    /// <summary>Pictures a worker that are taken whatever they cost: the one that it decodes and the one that is next.</summary>
    private const int LeastAWorker = 2;

    private const double FirstGuess = 50, Weight = 0.05; // nanoseconds a pixel, until some were measured; of the newest in the average

    private readonly Lock _gate = new();
    private double _nanoseconds = FirstGuess;
    private long _cost;
    private int _pictures;

    /// <summary>Pictures that wait or are being decoded.</summary>
    internal int Pictures => Volatile.Read(ref _pictures);

    /// <summary>How long it would take to decode all of them.</summary>
    internal TimeSpan Wait
    {
        get
        {
            lock (_gate) return WaitUnderGate;
        }
    }

    /// <summary>Whether a picture would be refused now.</summary>
    internal bool IsFull
    {
        get
        {
            lock (_gate) return IsFullUnderGate;
        }
    }

    private TimeSpan WaitUnderGate => TimeSpan.FromMicroseconds(_cost * _nanoseconds / 1000 / workers);

    private bool IsFullUnderGate => _pictures >= LeastAWorker * workers && (_pictures >= MostAWorker * workers || WaitUnderGate >= maxWait);

    /// <param name="cost">In pixels.</param>
    /// <param name="always">Also when there is enough.</param>
    /// <returns>False when there is enough. True: <see cref="Remove"/> is owed.</returns>
    internal bool TryAdd(long cost, bool always)
    {
        lock (_gate)
        {
            if (IsFullUnderGate && !always) return false;
            _cost += cost;
            _pictures++;
            return true;
        }
    }

    /// <param name="cost">As it was added.</param>
    /// <param name="took">Null when it was not decoded to its end.</param>
    internal void Remove(long cost, TimeSpan? took)
    {
        lock (_gate)
        {
            _cost -= cost;
            _pictures--;
            if (took is { } time) _nanoseconds += Weight * (time.TotalNanoseconds / cost - _nanoseconds);
        }
    }
}
