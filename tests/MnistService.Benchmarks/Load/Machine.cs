using System.Runtime.InteropServices;

namespace MnistService.Benchmarks.Load;

/// <summary>The machine that runs the benchmark.</summary>
/// <param name="Processor">Model name of the processor, from <c>/proc/cpuinfo</c>.</param>
/// <param name="Cores">Number of processors available to this process.</param>
/// <param name="System">Name and version of the operating system.</param>
/// <param name="Runtime">.NET version.</param>
/// <param name="Load">One-minute load average before the measurement.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Runtime, string Load)
{
    internal static Machine Look() => new(
        File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(": ")[1],
        Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, File.ReadAllText("/proc/loadavg").Split(' ')[0]);
}
