using System.Globalization;

namespace MnistService.Predict;

/// <summary>Formats the header <c>Server-Timing</c> (W3C): durations in milliseconds with three decimals.</summary>
internal static class ServerTiming
{
    internal static string Format(TimeSpan decode, TimeSpan queue, TimeSpan compute)
    {
        // Uses integer microseconds: formatting floating-point numbers would take a tenth of the network's time.
        var (d, q, c) = (Microseconds(decode), Microseconds(queue), Microseconds(compute));
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[96],
            $"decode;dur={d / 1000}.{d % 1000:d3}, queue;dur={q / 1000}.{q % 1000:d3}, compute;dur={c / 1000}.{c % 1000:d3}");
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
