using System.Runtime.InteropServices;

namespace MnistService.Benchmarks.Load;

/// <summary>Where something was measured.</summary>
/// <param name="Processor">The model's name, as the kernel tells it.</param>
/// <param name="Cores">That this process may use.</param>
/// <param name="System">Of the operating system.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Load">Processes that wanted a processor in the last minute, on average, before anything was measured.</param>
internal sealed record Machine(string Processor, int Cores, string System, string Runtime, string Load)
{
    internal static Machine Look() => new(
        File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("model name", StringComparison.Ordinal)).Split(": ")[1],
        Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription, File.ReadAllText("/proc/loadavg").Split(' ')[0]);
}
