using System.Globalization;

namespace MnistService.Benchmarks.Soak;

/// <summary>A snapshot of the service's resource usage.</summary>
/// <param name="At">Time since the start of the benchmark.</param>
/// <param name="Memory">Resident memory and its parts.</param>
/// <param name="Handles">Number of open files and sockets.</param>
/// <param name="Threads">Number of threads of the process.</param>
/// <param name="Tensors">Number of live tensors, as TorchSharp counts them.</param>
/// <param name="Jobs">Number of training jobs that had ended.</param>
/// <param name="IsAtRest">True after a full garbage collection without load (<see cref="SoakRest"/>).</param>
internal sealed record SoakSample(TimeSpan At, SoakMemory Memory, int Handles, int Threads, double Tensors, int Jobs, bool IsAtRest)
{
    internal static async Task<SoakSample> TakeAsync(ServerProcess service, HttpClient client, TimeSpan at, int jobs, bool isAtRest)
    {
        var metrics = await client.GetStringAsync("/metrics");
        return new(at, SoakMemory.Of(service.Id, Metric(metrics, "dotnet_gc_last_collection_memory_committed_size_bytes")), Directory.GetFileSystemEntries($"/proc/{service.Id}/fd").Length,
            Directory.GetDirectories($"/proc/{service.Id}/task").Length, Metric(metrics, "mnist_torch_tensors"), jobs, isAtRest);
    }

    /// <summary>Returns the value of the only series whose line begins with <paramref name="start"/>.</summary>
    internal static double Metric(string metrics, string start) =>
        double.Parse(metrics.Split('\n').Single(line => line.StartsWith(start, StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>Growth of a value per hour: the slope of the least-squares line through all samples.</summary>
    internal static double SlopeAnHour(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> value)
    {
        var (meanAt, mean) = (samples.Average(s => s.At.TotalHours), samples.Average(value));
        return samples.Sum(s => (s.At.TotalHours - meanAt) * (value(s) - mean)) / samples.Sum(s => Math.Pow(s.At.TotalHours - meanAt, 2));
    }
}
