using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.OpenLoop;

namespace MnistService.Benchmarks.Overload;

/// <summary>Predictions at a steady rate, alone and while Kaggle's file is uploaded again and again.</summary>
/// <param name="Alone">Without it.</param>
/// <param name="Beside">With it.</param>
/// <param name="Submissions">That were answered whole meanwhile.</param>
internal sealed record BesideSubmissions(SteadyResult Alone, SteadyResult Beside, int Submissions)
{
    private const int Rate = 200; // requests a second

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
