using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MnistService.Inference;
using MnistService.Model.Imaging;

namespace MnistService.Predict.Decoding;

/// <summary>
/// Where pictures that take milliseconds to decode wait for one of a few threads, one a processor. On the threads that serve requests, a handful of photos
/// would hold up everybody, also those who only have to be told that the service is busy. What is small is decoded in its request and never comes here.
/// </summary>
/// <remarks>Safe for all threads. No caller ever blocks.</remarks>
internal sealed partial class DecodeQueue : IDisposable
{
    /// <summary>A picture of more bytes comes here whatever is in it.</summary>
    internal const int LightBytes = 64 << 10;

    // With no more of either, decoding takes less than waking another thread is worth.
    private const long LightPixels = 64 * 64;

    private readonly BlockingCollection<DecodeRequest> _requests = [];
    private readonly DecodeBacklog _backlog;
    private readonly BitmapMemory _bitmaps = new(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4);
    private readonly InferenceMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly TimeSpan _deadline;
    private readonly ILogger<DecodeQueue> _log;

    public DecodeQueue(
        IOptions<PredictOptions> options, IOptions<InferenceOptions> inference, InferenceMetrics metrics, TimeProvider time, ILogger<DecodeQueue> log)
    {
        (_metrics, _time, _deadline, _log) = (metrics, time, inference.Value.Deadline, log);
        var workers = Environment.ProcessorCount;
        _backlog = new DecodeBacklog(workers, options.Value.MaxDecodeWait);
        metrics.ObserveDecoding(() => Pictures);
        for (var worker = 0; worker < workers; worker++) new Thread(Work) { Name = $"decode-{worker}", IsBackground = true }.Start();
    }

    /// <summary>Pictures that wait or are being decoded.</summary>
    internal int Pictures => _backlog.Pictures;

    /// <summary>When a refused picture should come again.</summary>
    internal TimeSpan Wait => _backlog.Wait;

    /// <summary>Refuses a picture that would come here, as soon as that is known and before anything is done for it; false when there is room for it.</summary>
    internal bool TryRefuse()
    {
        if (!_backlog.IsFull) return false;
        _metrics.Count(RequestOutcome.Refused);
        return true;
    }

    /// <summary>
    /// What decoding will cost, in pixels; null where it is so little that the request decodes at once. A header that announces more than is read costs
    /// nothing: the picture is refused for it.
    /// </summary>
    internal static long? CostOf(ReadOnlySpan<byte> bytes, PictureOptions options)
    {
        var announced = PictureReader.PixelsOf(bytes);
        var pixels = announced <= options.MaxPixels ? announced : 0;
        return pixels <= LightPixels && bytes.Length <= LightBytes ? null : pixels + bytes.Length;
    }

    /// <param name="bytes">A picture; must not change until the task ends.</param>
    /// <param name="cost">Of <see cref="CostOf"/>.</param>
    /// <param name="always">Not refused: it belongs to a request of which a part has been accepted.</param>
    /// <returns>What became of it; null at once when too much waits.</returns>
    internal Task<UploadedPicture>? TryDecode(
        string name, ReadOnlyMemory<byte> bytes, long cost, PictureOptions options, bool always, CancellationToken abandoned)
    {
        if (!_backlog.TryAdd(cost, always))
        {
            _metrics.Count(RequestOutcome.Refused);
            return null;
        }
        var request = new DecodeRequest(name, bytes, options, cost, _time.GetTimestamp(), abandoned);
        _requests.Add(request, CancellationToken.None);
        return request.Completion;
    }

    /// <summary>Nothing is added from here on; the threads end when they have decoded what is there.</summary>
    public void Dispose() => _requests.CompleteAdding();

    private void Work()
    {
        foreach (var request in _requests.GetConsumingEnumerable())
        {
            TimeSpan? took = null;
            _bitmaps.Take(request.Cost);
            try
            {
                if (IsDead(request)) continue;
                var started = _time.GetTimestamp();
                // What cannot be read fails early, and says nothing of how long the others take.
                if (request.Decode()) took = _time.GetElapsedTime(started);
            }
            catch (Exception e)
            {
                Log.Failed(_log, e);
                request.Fail(e);
            }
            finally
            {
                _bitmaps.Return(request.Cost);
                _backlog.Remove(request.Cost, took);
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
        [LoggerMessage(LogLevel.Error, "A picture could not be decoded")]
        public static partial void Failed(ILogger log, Exception exception);
    }
}
