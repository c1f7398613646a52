using System.Diagnostics;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Images;

/// <summary>Time of the first requests after a start of the service, compared with warm requests of the same process. Each start measures one image.</summary>
internal sealed class FirstRequests(ImageSpeedPlan plan, IReadOnlyList<SizedImage> images)
{
    private const int Next = 5;

    internal async Task MeasureAsync(ResultPage page)
    {
        await MeasureStartAsync(images[0]); // not counted: compiles this client's code
        page.Line($"\n`POST /predict` after a start, on a new connection: {plan.Starts} starts per image, one client on the same cores. Next: the median of the {Next - 1} requests after the");
        page.Line($"first. Warm: the median of {plan.WarmRequests} requests, after {plan.WarmRequests} others. Median of the starts (lowest–highest).\n");
        page.Line($"| image | first, ms | next, ms | warm, ms | first / warm | next / warm | asked |\n|---|---:|---:|---:|---:|---:|---:|");
        foreach (var image in images.Where((_, i) => plan.IsQuick ? i == 0 : i % 2 == 0).Prepend(new("28×28 gray PNG", MeasuredImages.SmallDigit, MeasuredImages.Small())))
        {
            var starts = new List<(double First, double Next, double Warm)>();
            while (starts.Count < plan.Starts) starts.Add(await MeasureStartAsync(image));
            string Over(Func<(double First, double Next, double Warm), double> value, string format) => Spread.Of(starts.Select(value)).Text(format);
            page.Line($"| {image.Name} | {Over(start => start.First, "F1")} | {Over(start => start.Next, "F1")} | {Over(start => start.Warm, "F1")} | {Over(start => start.First / start.Warm, "F2")} | {Over(start => start.Next / start.Warm, "F2")} | ≤ 3 |");
        }
    }

    private async Task<(double First, double Next, double Warm)> MeasureStartAsync(SizedImage image)
    {
        await using var service = await ServiceUnderTest.StartAsync();
        using var client = new HttpClient();
        var address = new Uri(service.Process.Address, "/predict");
        var times = new List<double>();
        while (times.Count < Math.Max(Next, 2 * plan.WarmRequests))
        {
            var started = Stopwatch.GetTimestamp();
            using var answer = await client.PostAsync(address, new ByteArrayContent(image.Bytes));
            await answer.Content.ReadAsByteArrayAsync();
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            answer.EnsureSuccessStatusCode();
        }
        return (times[0], Spread.Of(times[1..Next]).Median, Spread.Of(times[^plan.WarmRequests..]).Median);
    }
}
