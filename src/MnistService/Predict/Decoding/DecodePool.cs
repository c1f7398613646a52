using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>
/// Pool of dedicated threads, one per processor, for the decoding of large images. If the threads that serve requests decoded large images, a few photos would
/// delay all other requests. Images of up to 64×64 pixels and 64 kB bypass the pool; the thread of their request decodes them.
/// </summary>
/// <remarks>Thread-safe. No method blocks its caller.</remarks>
internal sealed partial class DecodePool : IDisposable
{
    /// <summary>Maximum size in bytes of an encoded image that bypasses the decode pool, if it also has at most <see cref="LightPixels"/> pixels.</summary>
    internal const int LightBytes = 64 << 10;

    // An image with at most this many pixels and LightBytes bytes is decoded faster than another thread can be woken.
    private const long LightPixels = 64 * 64;

    private readonly BlockingCollection<DecodeRequest> _requests = [];
    private readonly DecodeAdmission _backlog;
    private readonly SemaphoreSlim _second; // limits the second readings in the pool to one per decode thread
    private readonly int _workers = Environment.ProcessorCount;
    private readonly TimeSpan _maxWait;
    private readonly BitmapMemory _bitmaps;
    private readonly InferenceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly ILogger<DecodePool> _log;

    public DecodePool(
        IOptions<PredictOptions> options, IOptions<InferenceOptions> inference, BitmapMemory bitmaps, InferenceMetrics metrics, TimeProvider time,
        ILogger<DecodePool> log)
    {
        (_bitmaps, _metrics, _time, _deadline, _log, _maxWait) = (bitmaps, metrics, time, inference.Value.Deadline, log, options.Value.MaxDecodeWait);
        (_backlog, _second) = (new DecodeAdmission(_workers, _maxWait), new SemaphoreSlim(_workers));
        metrics.ObserveDecoding(() => Pictures);
        for (var worker = 0; worker < _workers; worker++) new Thread(Work) { Name = $"decode-{worker}", IsBackground = true }.Start();
    }

    /// <summary>Number of images in the pool: those that wait and those that are being decoded.</summary>
    internal int Pictures => _backlog.Pictures + _workers - _second.CurrentCount;

    /// <summary>Estimated time until all first readings in the pool are decoded, for the Retry-After header of a rejected image.</summary>
    internal TimeSpan Wait => _backlog.Wait;

    /// <summary>Returns whether the decode queue is full. If it is full, counts the request as rejected in the metrics.</summary>
    /// <returns>True if the queue is full and the caller must reject the request; false if there is room.</returns>
    internal bool TryRefuse()
    {
        if (!_backlog.IsFull) return false;
        _metrics.Count(RequestOutcome.Refused);
        return true;
    }

    /// <summary>
    /// Estimates the cost of decoding an image from the header of the file. Adds the length of the file in bytes to <see cref="DecodeCost.Work"/>, which is in
    /// pixels.
    /// </summary>
    /// <returns>The estimated cost; <c>null</c> if the image is small enough to bypass the decode pool.</returns>
    internal static DecodeCost? CostOf(ReadOnlySpan<byte> bytes, ImageOptions options)
    {
        var cost = ImageReader.EstimateCost(bytes, options);
        return cost.Pixels <= LightPixels && bytes.Length <= LightBytes ? null : cost with { Work = cost.Work + bytes.Length };
    }

    /// <summary>Adds the first reading of an image to the decode queue.</summary>
    /// <param name="bytes">The encoded image. Must not change until the task has completed.</param>
    /// <param name="cost">The result of <see cref="CostOf"/>.</param>
    /// <param name="always">Whether to admit the image even if the queue is full. True if other images of the same request have been accepted.</param>
    /// <returns>A task with the decoded image or the reason for its rejection; null if the queue is full and the image was not added.</returns>
    internal Task<UploadedImage>? TryDecode(
        string name, ReadOnlyMemory<byte> bytes, DecodeCost cost, ImageOptions options, bool always, CancellationToken abandoned)
    {
        if (_backlog.TryAdd(cost.Work, always)) return Add(new(UploadedImage.Decode, name, bytes, options, cost, _time.GetTimestamp(), abandoned) { IsAdmitted = true });
        _metrics.Count(RequestOutcome.Refused);
        return null;
    }

    /// <summary>
    /// Whether the decode threads have time to read images a second time (<see cref="UploadedImage.DecodeAgain"/>). True if the number of images in the pool
    /// that are read for the first time, and the estimated decode time of these images, are each at most half of the respective limit.
    /// </summary>
    internal bool HasTime => _backlog.HasTime;

    /// <summary>
    /// Reads an image a second time with <see cref="UploadedImage.DecodeAgain"/>. The pool has at most one second reading per decode thread; a further one
    /// waits for at most <see cref="PredictOptions.MaxDecodeWait"/>. <see cref="DecodeAdmission"/> does not count second readings, so that they do not cause
    /// rejections of first readings.
    /// </summary>
    /// <returns>The interpretations; null if <see cref="HasTime"/> is false, or if the maximum wait was exceeded.</returns>
    /// <inheritdoc cref="TryDecode"/>
    internal async ValueTask<UploadedImage?> TryDecodeAgainAsync(string name, ReadOnlyMemory<byte> bytes, DecodeCost cost, ImageOptions options, CancellationToken abandoned)
    {
        if (!HasTime || !await _second.WaitAsync(_maxWait, abandoned)) return null;
        try
        {
            return HasTime ? await Add(new(UploadedImage.DecodeAgain, name, bytes, options, cost.ForInterpretations(), _time.GetTimestamp(), abandoned)) : null;
        }
        finally
        {
            _second.Release();
        }
    }

    private Task<UploadedImage> Add(DecodeRequest request)
    {
        _requests.Add(request, CancellationToken.None);
        return request.Completion;
    }

    /// <summary>Closes the decode queue. The decode threads end after they have decoded the queued images.</summary>
    public void Dispose() => _requests.CompleteAdding();

    private void Work()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            TimeSpan? took = null;
            try
            {
                using var bitmap = _bitmaps.Take(request.Cost.Memory, request.Abandoned);
                if (IsDead(request)) continue;
                var started = _time.GetTimestamp();
                // An invalid image fails early, so its time is not used for the estimate.
                if (request.Decode()) took = _time.GetElapsedTime(started);
            }
            catch (OperationCanceledException) when (IsDead(request))
            {
                // the client stopped waiting while the image waited for memory
            }
            catch (ImageException e)
            {
                request.Refuse(e);
            }
            catch (Exception e)
            {
                Log.Failed(_log, e);
                request.Fail(e);
            }
            finally
            {
                if (request.IsAdmitted) _backlog.Remove(request.Cost.Work, took);
            }
        }
    }

    private bool IsDead(DecodeRequest request)
    {
        if (request.IsAbandoned)
        {
            _metrics.Count(RequestOutcome.Abandoned);
            request.Abandon();
            return true;
        }
        var waited = _time.GetElapsedTime(request.QueuedAt);
        if (waited <= _deadline) return false;
        _metrics.Count(RequestOutcome.Expired);
        request.Fail(new DeadlinePassedException(waited, _deadline));
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "An image could not be decoded because of an unexpected exception; the request is answered with 500")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}
