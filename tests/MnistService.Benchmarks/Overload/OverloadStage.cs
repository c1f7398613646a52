using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>What was seen while requests came at one rate.</summary>
/// <param name="Factor">Of the capacity.</param>
/// <param name="Offered">Requests a second.</param>
/// <param name="Goodput">Answered with 200 a second, while the timetable ran.</param>
/// <param name="Refused">Part of the requests answered with 429.</param>
/// <param name="MedianMs">Of the accepted, from the moment each was due.</param>
/// <param name="P99Ms">Of the accepted.</param>
/// <param name="RefusedP99Ms">Of the refused; not a number when there were none.</param>
/// <param name="Other">Requests answered otherwise.</param>
internal sealed record OverloadStage(
    double Factor, double Offered, double Goodput, double Refused, double MedianMs, double P99Ms, double RefusedP99Ms, int Other)
{
    /// <param name="exchanges">Of this stage alone.</param>
    internal static OverloadStage Of(double factor, TimeSpan window, IReadOnlyList<Exchange> exchanges)
    {
        Exchange[] accepted = [.. exchanges.Where(exchange => exchange.Status == Exchange.Accepted)];
        Exchange[] refused = [.. exchanges.Where(exchange => exchange.Status == Exchange.Refused)];
        return new(factor, exchanges.Count / window.TotalSeconds, accepted.Count(exchange => exchange.Answered <= window) / window.TotalSeconds, (double)refused.Length / exchanges.Count,
            Exchange.Percentile(accepted, 0.5), Exchange.Percentile(accepted, 0.99), Exchange.Percentile(refused, 0.99), exchanges.Count - accepted.Length - refused.Length);
    }
}
