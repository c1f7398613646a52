using System.Globalization;

namespace MnistService.Benchmarks.Soak;

/// <summary>Resident memory of a process and its parts, in megabytes (1,000,000 bytes).</summary>
/// <param name="Resident">Total resident memory (VmRSS).</param>
/// <param name="Managed">Managed heap that was committed after the last garbage collection. Committed pages that were never written are not resident.</param>
/// <param name="Native">Anonymous memory outside the managed heap: malloc, stacks, and the runtime's own structures.</param>
/// <param name="Mapped">Mapped files (mostly libraries) and compiled code.</param>
internal sealed record SoakMemory(double Resident, double Managed, double Native, double Mapped)
{
    private const double KilobytesPerMegabyte = 1_000_000 / 1024.0;

    /// <param name="process">Process id.</param>
    /// <param name="committed">Committed bytes of the managed heap.</param>
    internal static SoakMemory Of(int process, double committed)
    {
        var lines = File.ReadAllLines($"/proc/{process}/status");
        var (managed, anonymous) = (committed / 1e6, Value("RssAnon:"));
        return new(Value("VmRSS:"), managed, anonymous - managed, Value("RssFile:") + Value("RssShmem:"));

        double Value(string name) => double.Parse(
            lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal),
            CultureInfo.InvariantCulture) / KilobytesPerMegabyte;
    }
}
