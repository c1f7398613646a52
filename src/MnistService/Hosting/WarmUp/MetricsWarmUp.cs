using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace MnistService.Hosting.WarmUp;

/// <summary>
/// Records measurements with instruments that are not exported, so that the JIT compiler compiles the code that records metrics. The requests of the HTTP
/// warm-up do not run this code, because they are excluded from the metrics.
/// </summary>
internal static class MetricsWarmUp
{
    private const string Name = "WarmUp"; // name of a meter that is not exported

    internal static void Run()
    {
        using var meter = new Meter(Name);
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(Name).AddReader(new BaseExportingMetricReader(new Discard())).Build();
        var duration = meter.CreateHistogram<double>("duration");
        var size = meter.CreateHistogram<int>("size");
        var count = meter.CreateCounter<long>("count");
        var active = meter.CreateUpDownCounter<long>("active");
        var tags = new TagList { { "d", "d" }, { "c", "c" }, { "b", 200 }, { "a", "a" }, { "e", true } }; // unsorted: the SDK sorts tags
        var few = new TagList { { "c", "c" }, { "b", "b" }, { "a", "a" } };
        for (var i = 0; i < 2; i++) // twice: the second measurement with the same tags takes a different code path
        {
            duration.Record(0.1, new KeyValuePair<string, object?>("a", "a"));
            duration.Record(0.1, tags);
            size.Record(1);
            count.Add(1, new KeyValuePair<string, object?>("a", "a"));
            active.Add(1, few);
        }
    }

    private sealed class Discard : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
