using System.Globalization;

namespace MnistService.Predict;

/// <summary>The header <c>Server-Timing</c> (W3C): where the time went, in milliseconds with three decimals.</summary>
internal static class ServerTiming
{
    internal static string Format(TimeSpan decode, TimeSpan queue, TimeSpan compute)
    {
        // Whole microseconds and a point: formatting floating-point numbers would take as long as a tenth of the network.
        var (d, q, c) = (Microseconds(decode), Microseconds(queue), Microseconds(compute));
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[96],
            $"decode;dur={d / 1000}.{d % 1000:d3}, queue;dur={q / 1000}.{q % 1000:d3}, compute;dur={c / 1000}.{c % 1000:d3}");
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
