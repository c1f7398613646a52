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
        _active = meter.CreateUpDownCounter<int>("mnist.downloads.active", "{download}", "Files that are being sent.");
        _refused = meter.CreateCounter<long>("mnist.downloads.refused", "{download}", "Downloads that were answered 429.");
        _conversions = meter.CreateCounter<long>("mnist.downloads.conversions", "{file}", "Models that were converted to another file format.");
    }

    internal void Began() => _active.Add(1);

    internal void Ended() => _active.Add(-1);

    internal void Refused() => _refused.Add(1);

    internal void Converted() => _conversions.Add(1);
}
