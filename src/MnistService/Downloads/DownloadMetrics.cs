using System.Diagnostics.Metrics;

namespace MnistService.Downloads;

/// <summary>Metrics of downloads and model conversions.</summary>
internal sealed class DownloadMetrics
{
    private readonly UpDownCounter<int> _active;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _conversions;

    public DownloadMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("MnistService.Downloads");
        _active = meter.CreateUpDownCounter<int>("mnist.downloads.active", "{download}", "Downloads in progress.");
        _refused = meter.CreateCounter<long>("mnist.downloads.refused", "{download}", "Downloads rejected with 429.");
        _conversions = meter.CreateCounter<long>("mnist.downloads.conversions", "{file}", "Models converted to another file format.");
    }

    internal void Began() => _active.Add(1);

    internal void Ended() => _active.Add(-1);

    internal void Refused() => _refused.Add(1);

    internal void Converted() => _conversions.Add(1);
}
