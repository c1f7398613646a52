using System.Globalization;

namespace MnistService.Predict;

/// <summary>The headers <c>Server-Timing</c> (W3C) and <c>X-Batch-Size</c> of a response.</summary>
internal static class PredictHeaders
{
    /// <summary>
    /// Sets <c>Server-Timing</c> (milliseconds) and <c>X-Batch-Size</c> (images). For several images, the values are the total decode time, the longest
    /// queue time, the longest compute time and the largest batch.
    /// </summary>
    internal static void Set(HttpResponse response, List<ClassifiedImage> images)
    {
        TimeSpan decode = default, queue = default, compute = default;
        var batch = 0;
        foreach (var image in images)
        {
            decode += image.Upload.DecodeTime;
            if (image.Result is not { } result) continue;
            if (result.Queued > queue) queue = result.Queued;
            if (result.Computed > compute) compute = result.Computed;
            batch = Math.Max(batch, result.BatchSize);
        }
        response.Headers["Server-Timing"] = Format(decode, queue, compute);
        response.Headers["X-Batch-Size"] = batch.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Formats the header <c>Server-Timing</c>: durations in milliseconds with three decimals.</summary>
    internal static string Format(TimeSpan decode, TimeSpan queue, TimeSpan compute)
    {
        // Uses integer microseconds, because formatting floating-point numbers would take a tenth as long as the forward pass.
        var (d, q, c) = (Microseconds(decode), Microseconds(queue), Microseconds(compute));
        return string.Create(CultureInfo.InvariantCulture, stackalloc char[96],
            $"decode;dur={d / 1000}.{d % 1000:d3}, queue;dur={q / 1000}.{q % 1000:d3}, compute;dur={c / 1000}.{c % 1000:d3}");
    }

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
