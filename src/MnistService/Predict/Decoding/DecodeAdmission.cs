namespace MnistService.Predict.Decoding;

/// <summary>
/// Admission control for decoding. Rejects an image if the images that are already admitted would take too long to decode, or if too many images are admitted.
/// A limit on the number alone is not sufficient, because one photo can cost as much as a thousand small drawings.
/// </summary>
/// <param name="workers">Number of decode threads.</param>
/// <param name="maxWait">Estimated wait for decoding from which on further images are rejected.</param>
/// <remarks>Thread-safe.</remarks>
internal sealed class DecodeAdmission(int workers, TimeSpan maxWait)
{
    /// <summary>
    /// Maximum number of admitted images per decode thread; further images are rejected. This number keeps the threads busy, so more images would not increase
    /// the throughput (src/decisions/0011).
    /// </summary>
    internal const int MostAWorker = 28;

    /// <summary>
    /// Minimum number of images per decode thread that are admitted, however long they take: the image that is being decoded and the next image.
    /// </summary>
    private const int LeastAWorker = 2;

    /// <summary>Estimated decode time per pixel of decode cost before the first measurement, in nanoseconds.</summary>
    private const double FirstGuess = 50;

    /// <summary>Weight of a new measurement in the moving average of the decode time per pixel, from 0 to 1.</summary>
    private const double Weight = 0.05;

    /// <summary>
    /// Upper limit of a measured decode time per pixel, as a multiple of the current average. A higher measurement counts as this limit, so that a single image
    /// cannot raise the average much.
    /// </summary>
    private const double MostChange = 4;

    private readonly Lock _gate = new();
    private double _nanoseconds = FirstGuess;
    private long _cost;
    private int _pictures;

    /// <summary>Number of admitted images: those that wait and those that are being decoded.</summary>
    internal int Pictures => Volatile.Read(ref _pictures);

    /// <summary>Estimated time until all threads together have decoded the admitted images.</summary>
    internal TimeSpan Wait
    {
        get
        {
            lock (_gate) return WaitUnderGate;
        }
    }

    /// <summary>Whether another image would be rejected now.</summary>
    internal bool IsFull
    {
        get
        {
            lock (_gate) return IsFullUnderGate;
        }
    }

    /// <summary>
    /// Whether there is time for optional work (second readings): both the number of admitted images and the estimated wait are at most half of their limits.
    /// </summary>
    internal bool HasTime
    {
        get
        {
            lock (_gate) return _pictures <= MostAWorker * workers / 2 && WaitUnderGate <= maxWait / 2;
        }
    }

    private TimeSpan WaitUnderGate => TimeSpan.FromMicroseconds(_cost * _nanoseconds / 1000 / workers);

    private bool IsFullUnderGate => _pictures >= LeastAWorker * workers && (_pictures >= MostAWorker * workers || WaitUnderGate >= maxWait);

    /// <summary>Admits an image for decoding, unless the estimated wait or the number of admitted images has reached its limit.</summary>
    /// <param name="cost">Decode cost of the image in pixels: <c>DecodeCost.Work</c> of the result of <see cref="DecodePool.CostOf"/>.</param>
    /// <param name="always">Whether to admit the image even if the limit is reached.</param>
    /// <returns>True if the image is admitted; the caller must then call <see cref="Remove"/>. False if the limit is reached.</returns>
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

    /// <summary>Removes an admitted image that has been decoded, or that will not be decoded.</summary>
    /// <param name="cost">The same cost that was passed to <see cref="TryAdd"/>.</param>
    /// <param name="took">Decode time, which updates the estimated time per pixel; null if the image was not decoded completely.</param>
    internal void Remove(long cost, TimeSpan? took)
    {
        lock (_gate)
        {
            _cost -= cost;
            _pictures--;
            // MostChange prevents one image with very many marks from raising the estimate so far that other images are rejected.
            if (took is { } time) _nanoseconds += Weight * (Math.Min(time.TotalNanoseconds / cost, MostChange * _nanoseconds) - _nanoseconds);
        }
    }
}
