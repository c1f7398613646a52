using System.Diagnostics.Metrics;
using Microsoft.Extensions.Time.Testing;
using MnistService.Inference;

namespace MnistService.Tests.Inference;

public sealed class InferenceMetricsTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InferenceRoom _room;
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _sums = [];
    private readonly Dictionary<string, Instrument> _instruments = [];

    public InferenceMetricsTests()
    {
        _room = new InferenceRoom(_time, ("Workers", "1"), ("QueueCapacity", "3"), ("Deadline", "00:00:02"));
        var meters = _room.Meters; // resolved here, because the callback also runs for instruments of other tests while this room is being disposed
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Filters by scope, because other tests in this process create meters with the same name.
            if (instrument.Meter.Scope != meters) return;
            lock (_sums) _instruments[instrument.Name] = instrument;
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    [Fact]
    public async Task Requests_are_counted_by_how_they_ended()
    {
        _room.Queue.Open(workers: 1); // no worker has started yet
        using var leaving = new CancellationTokenSource();
        var (late, abandoned) = (InferenceRoom.Request(1), InferenceRoom.Abandonable(leaving.Token, 2));
        Assert.True(_room.Queue.TryEnqueue(late));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.True(_room.Queue.TryEnqueue(abandoned));
        await leaving.CancelAsync();
        var (answered, refused) = (InferenceRoom.Request(3), InferenceRoom.Request(4));
        Assert.True(_room.Queue.TryEnqueue(answered));
        Assert.False(_room.Queue.TryEnqueue(refused));

        _room.Publish("m1", pixels => { if (pixels[0] == 13) throw new InvalidOperationException(); });
        await answered.Completion;
        var failing = InferenceRoom.Request(13);
        Assert.True(_room.Queue.TryEnqueue(failing));
        await Assert.ThrowsAsync<InferenceFailedException>(() => failing.Completion);

        _listener.RecordObservableInstruments();
        foreach (var outcome in new[] { "answered", "refused", "expired", "abandoned", "failed" })
            Assert.Equal(1, Sum($"mnist.inference.requests outcome={outcome}"));
        Assert.Equal(1, Sum("mnist.inference.images"));
        Assert.Equal(1, Sum("mnist.inference.batch.size"));
        Assert.Equal(1, Sum("mnist.inference.swaps"));
    }

    [Fact]
    public async Task Durations_are_seconds_by_stage_in_buckets_from_100_microseconds()
    {
        _room.Queue.Open(workers: 1);
        var request = InferenceRoom.Request(1);
        Assert.True(_room.Queue.TryEnqueue(request));
        _time.Advance(TimeSpan.FromMilliseconds(1500));

        _room.Publish("m1", _ => _time.Advance(TimeSpan.FromMilliseconds(250)));
        await request.Completion;

        Assert.Equal(1.5, Sum("mnist.inference.stage.duration stage=queue"));
        Assert.Equal(0.25, Sum("mnist.inference.stage.duration stage=compute"));
        var duration = Assert.IsType<Histogram<double>>(_instruments["mnist.inference.stage.duration"]);
        Assert.Equal(("s", 0.0001), (duration.Unit, duration.Advice!.HistogramBucketBoundaries![0]));
    }

    [Fact]
    public async Task The_depth_of_each_lane_and_the_oldest_wait_can_be_read_at_any_time()
    {
        _room.Queue.Open(workers: 1);
        Assert.True(_room.Queue.TryEnqueue(InferenceRoom.Request(1, 2)));
        await _room.Queue.EnqueueBulkAsync(InferenceRoom.Request(1, 2, 3, 4, 5), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(7));

        _listener.RecordObservableInstruments();

        Assert.Equal(2, Sum("mnist.inference.queue.images lane=predict"));
        Assert.Equal(5, Sum("mnist.inference.queue.images lane=bulk"));
        Assert.Equal(7, Sum("mnist.inference.queue.oldest_wait"));
    }

    [Fact]
    public async Task A_probe_is_counted_as_nothing()
    {
        var classifier = Assert.Single(_room.Publish("m1"));
        _time.Advance(InferenceProbe.Interval);
        _room.Watchdog.Look();
        var request = InferenceRoom.Request(1); // is computed after the probe or in the same batch
        Assert.True(_room.Queue.TryEnqueue(request));
        await request.Completion;

        _listener.RecordObservableInstruments();
        Assert.Equal(2, classifier.BatchSizes.Sum());
        Assert.Equal(1, Sum("mnist.inference.requests outcome=answered"));
    }

    [Fact]
    public void Readiness_is_a_number()
    {
        _ = _room.Watchdog;
        _listener.RecordObservableInstruments();
        Assert.Equal(0, Sum("mnist.inference.ready"));

        _room.Publish("m1");
        _listener.RecordObservableInstruments();
        Assert.Equal(1, Sum("mnist.inference.ready"));
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _room.DisposeAsync();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = instrument.Name;
        foreach (var (name, tag) in tags) key += $" {name}={tag}";
        lock (_sums) _sums[key] = _sums.GetValueOrDefault(key) + value;
    }

    private double Sum(string key)
    {
        lock (_sums) return _sums.GetValueOrDefault(key);
    }
}
