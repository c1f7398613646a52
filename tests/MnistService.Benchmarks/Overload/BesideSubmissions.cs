using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>Latency of predictions at a steady rate, alone and while Kaggle's file is uploaded repeatedly.</summary>
/// <param name="Alone">Result without uploads.</param>
/// <param name="Beside">Result during the uploads.</param>
/// <param name="Submissions">Number of uploads completed during the measurement.</param>
internal sealed record BesideSubmissions(SteadyResult Alone, SteadyResult Beside, int Submissions)
{
    private const int Rate = 200; // requests per second

    internal static async Task<List<BesideSubmissions>> MeasureAsync(Uri service, byte[] picture, OverloadPlan plan)
    {
        var csv = KaggleFile.Csv();
        using var sender = new OpenLoopSender(service, picture);
        using var client = new HttpClient();
        await SteadyResult.MeasureAsync(sender, Rate, plan.Window);
        await KaggleFile.SubmitAsync(client, service, csv);
        var all = new List<BesideSubmissions>();
        while (all.Count < plan.Rounds)
        {
            var alone = await SteadyResult.MeasureAsync(sender, Rate, plan.Window);
            var beside = SteadyResult.MeasureAsync(sender, Rate, plan.Window);
            var submissions = 0;
            for (; !beside.IsCompleted; submissions++) await KaggleFile.SubmitAsync(client, service, csv);
            all.Add(new(alone, await beside, submissions));
        }
        return all;
    }
}
