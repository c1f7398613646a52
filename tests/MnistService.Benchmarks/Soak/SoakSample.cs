using System.Globalization;

namespace MnistService.Benchmarks.Soak;

/// <summary>The state of the service's process at one moment.</summary>
/// <param name="At">From the beginning.</param>
/// <param name="Memory">Resident memory and its parts.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Of the process.</param>
/// <param name="Tensors">That TorchSharp counts as alive.</param>
/// <param name="Jobs">That had ended by then.</param>
internal sealed record SoakSample(TimeSpan At, SoakMemory Memory, int Handles, int Threads, double Tensors, int Jobs)
{
    internal static async Task<SoakSample> TakeAsync(ServerProcess service, HttpClient client, TimeSpan at, int jobs)
    {
        var metrics = await client.GetStringAsync("/metrics");
        return new(at, SoakMemory.Of(service.Id, Metric("dotnet_gc_last_collection_memory_committed_size_bytes")), Directory.GetFileSystemEntries($"/proc/{service.Id}/fd").Length,
            Directory.GetDirectories($"/proc/{service.Id}/task").Length, Metric("mnist_torch_tensors"), jobs);

        double Metric(string name) =>
            double.Parse(metrics.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);
    }

    /// <summary>How much a value grows in an hour: the line through all samples with the least squares.</summary>
    internal static double SlopeAnHour(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> value)
    {
        var (meanAt, mean) = (samples.Average(s => s.At.TotalHours), samples.Average(value));
        return samples.Sum(s => (s.At.TotalHours - meanAt) * (value(s) - mean)) / samples.Sum(s => Math.Pow(s.At.TotalHours - meanAt, 2));
    }
}
