using System.Globalization;

namespace MnistService.Benchmarks;

/// <summary>The state of the service's process at one moment.</summary>
/// <param name="At">From the beginning.</param>
/// <param name="ResidentMegabytes">Of memory (VmRSS).</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Of the process.</param>
/// <param name="Tensors">That TorchSharp counts as alive.</param>
/// <param name="Jobs">That had ended by then.</param>
internal sealed record SoakSample(TimeSpan At, double ResidentMegabytes, int Handles, int Threads, double Tensors, int Jobs)
{
    internal static async Task<SoakSample> TakeAsync(ServerProcess service, HttpClient client, TimeSpan at, int jobs)
    {
        var metrics = await client.GetStringAsync("/metrics");
        var tensors = metrics.Split('\n').Single(line => line.StartsWith("mnist_torch_tensors", StringComparison.Ordinal)).Split(' ')[1];
        return new(at, service.Memory.Now / 1e6, Directory.GetFileSystemEntries($"/proc/{service.Id}/fd").Length,
            Directory.GetDirectories($"/proc/{service.Id}/task").Length, double.Parse(tensors, CultureInfo.InvariantCulture), jobs);
    }

    /// <summary>How much a value grows in an hour: the line through all samples with the least squares.</summary>
    internal static double SlopeAnHour(IReadOnlyList<SoakSample> samples, Func<SoakSample, double> value)
    {
        var (meanAt, mean) = (samples.Average(s => s.At.TotalHours), samples.Average(value));
        return samples.Sum(s => (s.At.TotalHours - meanAt) * (value(s) - mean)) / samples.Sum(s => Math.Pow(s.At.TotalHours - meanAt, 2));
    }
}
