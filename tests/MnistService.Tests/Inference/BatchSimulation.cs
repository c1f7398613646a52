using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using MnistService.Http;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

/// <summary>
/// Runs simulated arrivals against the real queue: discrete events in simulated time, no threads, exact results. A worker computes a batch of
/// n images in 1 ms + n · 0.1 ms. A full batch of 32 images takes 4.2 ms, so a worker computes at most 7,619 images/s.
/// </summary>
internal sealed class BatchSimulation(int workers, params (string, string)[] settings)
{
    private readonly FakeTimeProvider _time = new();
    private readonly PriorityQueue<Action, (TimeSpan At, int Order)> _events = new();
    private readonly List<InferenceBatch> _idle = [];
    private readonly HashSet<InferenceRequest> _predictions = [];
    private InferenceQueue? _queue;
    private TimeSpan _now;
    private int _order;

    public List<int> BatchSizes { get; } = [];

    public TimeSpan LongestPredictionWait { get; private set; }

    public int PredictionsTaken { get; private set; }

    public int RowsTaken { get; private set; }

    public int Refused { get; private set; }

    public int FirstRetryAfter { get; private set; }

    /// <summary>Batch sizes in order. A run of equal sizes is written as <c>size×times</c>.</summary>
    public string Shape
    {
        get
        {
            var runs = new List<(int Size, int Times)>();
            foreach (var size in BatchSizes)
            {
                if (runs.Count > 0 && runs[^1].Size == size) runs[^1] = (size, runs[^1].Times + 1);
                else runs.Add((size, 1));
            }
            return string.Join(' ', runs.Select(run => run.Times == 1 ? $"{run.Size}" : $"{run.Size}×{run.Times}"));
        }
    }

    public static TimeSpan ServiceTime(int images) => TimeSpan.FromMilliseconds(1 + 0.1 * images);

    /// <summary>Schedules a prediction of one image at this simulated time.</summary>
    public void PredictAt(double milliseconds) => At(TimeSpan.FromMilliseconds(milliseconds), () =>
    {
        var request = InferenceRoom.Request(1);
        _predictions.Add(request);
        if (_queue!.TryEnqueue(request)) return;
        if (Refused++ == 0) FirstRetryAfter = int.Parse(RetryAfter.Seconds(_queue.RetryAfter), CultureInfo.InvariantCulture);
    });

    /// <summary>Schedules a CSV upload at this simulated time. Its chunks of 8 rows wait until the bulk lane has room for them.</summary>
    public void SubmitAt(double milliseconds, int chunks) => At(TimeSpan.FromMilliseconds(milliseconds), () =>
    {
        for (var chunk = 0; chunk < chunks; chunk++)
            _ = _queue!.EnqueueBulkAsync(InferenceRoom.Request(new int[InferenceQueue.BulkChunkSize]), CancellationToken.None).AsTask();
    });

    /// <summary>Processes all events up to this simulated time; by default until no event is left.</summary>
    public async Task RunAsync(double untilMilliseconds = double.MaxValue)
    {
        await using var room = new InferenceRoom(_time, settings);
        _queue = room.Queue;
        _queue.Open(workers);
        for (var worker = 0; worker < workers; worker++) _idle.Add(new InferenceBatch(32));
        while (_events.TryDequeue(out var happen, out var when) && when.At.TotalMilliseconds <= untilMilliseconds)
        {
            _time.Advance(when.At - _now);
            _now = when.At;
            happen();
            // Workers take batches only after all events of the same instant have been processed.
            if (!_events.TryPeek(out _, out var next) || next.At > _now) StartBatches();
        }
    }

    private void StartBatches()
    {
        while (_idle.Count > 0 && _queue!.Batches.TryTake(_idle[0]))
        {
            var batch = _idle[0];
            _idle.RemoveAt(0);
            BatchSizes.Add(batch.Images);
            foreach (var request in batch.Requests)
            {
                if (!_predictions.Contains(request))
                {
                    RowsTaken += request.Count;
                    continue;
                }
                PredictionsTaken++;
                var waited = _time.GetElapsedTime(request.QueuedAt);
                if (waited > LongestPredictionWait) LongestPredictionWait = waited;
            }
            var (images, backlog) = (batch.Images, batch.LeftWorkBehind);
            At(_now + ServiceTime(images), () =>
            {
                _queue.Throughput.Record(images, ServiceTime(images), backlog);
                _idle.Add(batch);
            });
        }
    }

    private void At(TimeSpan when, Action happen) => _events.Enqueue(happen, (when, _order++));
}
