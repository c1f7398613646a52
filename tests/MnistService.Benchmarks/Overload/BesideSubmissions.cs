using System.Net;
using System.Net.Http.Headers;

namespace MnistService.Benchmarks;

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
        await SteadyResult.MeasureAsync(sender, Rate, plan.WarmUp);
        await SubmitAsync(client, service, csv);
        var all = new List<BesideSubmissions>();
        while (all.Count < plan.Rounds)
        {
            var alone = await SteadyResult.MeasureAsync(sender, Rate, plan.Window);
            var beside = SteadyResult.MeasureAsync(sender, Rate, plan.Window);
            var submissions = 0;
            for (; !beside.IsCompleted; submissions++) await SubmitAsync(client, service, csv);
            all.Add(new(alone, await beside, submissions));
        }
        return all;
    }

    private static async Task SubmitAsync(HttpClient client, Uri service, byte[] csv)
    {
        using var body = new ByteArrayContent(csv);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await client.PostAsync(new Uri(service, "/submissions"), body);
        var lines = (await answer.Content.ReadAsByteArrayAsync()).AsSpan().Count((byte)'\n');
        if (answer.StatusCode != HttpStatusCode.Created || lines != KaggleFile.Rows + 1)
            throw new InvalidOperationException($"The CSV was answered with {(int)answer.StatusCode} and {lines} lines.");
    }
}
