using System.Globalization;

namespace MnistService.Benchmarks.Load;

/// <summary>Reads from the service's <c>/metrics</c> the total bytes allocated on the managed heap since the process started.</summary>
internal static class AllocationCounter
{
    private const string Metric = "dotnet_gc_heap_total_allocated_bytes_total";

    internal static async Task<double> ReadAsync(Uri service)
    {
        using var client = new HttpClient();
        var metrics = await client.GetStringAsync(new Uri(service, "/metrics"));
        var line = metrics.Split('\n').FirstOrDefault(line => line.StartsWith(Metric, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"/metrics does not list {Metric}.");
        return double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
