using MnistService.TestSupport;
using SkiaSharp;

namespace MnistService.Tests.Browser;

/// <summary>
/// A user teaches the service digits that it misreads: the 1s of one hand, whose long flag falls so little that they are read as 7.
/// </summary>
[Collection(OneAtATimeCollection.Name)]
public sealed class TeachPageTests : IAsyncDisposable
{
    private const int Digits = 24;

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn(("MnistService:Training:Threads", "2")).WithMnist();
    private readonly HttpClient _client;

    public TeachPageTests() => _client = _application.Start();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    [Fact]
    public async Task Ones_of_one_hand_are_collected_and_taught_and_nothing_else_is_lost()
    {
        var hand = new Random(11);
        var before = await _client.GetJsonAsync("/models/current");
        var (taught, wrong) = (new List<object>(), 0);
        for (var i = 0; i < Digits; i++)
        {
            var prediction = await ReadAsync(One(hand));
            if ((int)prediction["digit"]! != 1) wrong++;
            taught.Add(new { id = $"{i}", label = 1, image = (string)prediction["image"]! });
        }
        Assert.InRange(wrong, Digits / 2, Digits); // else there is nothing to teach

        await Chromium.OpenAsync(new(_client.BaseAddress!, "/#draw"), async page =>
        {
            await page.EvaluateAsync("digits => localStorage.setItem('mnist-service-collection', JSON.stringify(digits))", taught);
            await page.ReloadAsync();
            await page.Expect("#status-collected").ToHaveTextAsync($"{Digits} digits");
            await page.Locator("#teach").ClickAsync();
            await page.Expect("#teaching progress").ToBeVisibleAsync();
            await page.ReloadAsync(); // the job runs in the service, so the page finds it again
            await page.Expect("#teaching [role=status]").ToHaveTextAsync("The service now uses the new model.", new() { Timeout = 240_000 });
            await page.Expect("#teaching tbody th").ToHaveTextAsync(["Collected digits", "MNIST", "strokes"]);
            await page.Expect("#teaching tbody tr:first-child td").ToHaveTextAsync([$"{Digits - wrong} of {Digits}", $"{Digits} of {Digits}"]);
            await page.FitsAsync();
            await page.ShowAsync("teaching");
            await page.Locator("#teaching button:text('Close')").ClickAsync();
            await page.Expect("#teaching").ToBeHiddenAsync();
            await page.Expect("#collection-count").ToHaveTextAsync($"{Digits} digits"); // the next teaching includes them
        });

        var right = 0;
        for (var i = 0; i < Digits; i++)
            if ((int)(await ReadAsync(One(hand)))["digit"]! == 1) right++;
        Assert.True(right >= 0.9 * Digits, $"{right} of {Digits} further ones of the hand are read right");
        var after = await _client.GetJsonAsync("/models/current");
        Assert.NotEqual((string?)before["id"], (string?)after["id"]);
        Assert.Equal((string?)before["id"], (string?)after["training"]!["startedFrom"]);
        Assert.InRange((double)after["digitScore"]!["rejected"]!, (double)before["digitScore"]!["rejected"]! - 0.01, 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"digit score: rejects {before["digitScore"]!["rejected"]} before, {after["digitScore"]!["rejected"]} after; accepts {after["digitScore"]!["accepted"]}; test {after["test"]!["accuracy"]}");
        var risen = (double)before["test"]!["accuracy"]! - (double)after["test"]!["accuracy"]!;
        Assert.True(risen <= 0.001, $"The error on MNIST's test images has risen by {risen:p2}.");
    }

    private async Task<System.Text.Json.Nodes.JsonNode> ReadAsync(byte[] png) =>
        await (await _client.PostAsync("/predict?image=true", TestHttp.Body(png, "image/png"), TestHttp.Cancellation)).JsonAsync();

    /// <summary>Draws a 1 with a thick pen: a flag that falls by about 29°, and a stem that leans to the left. Each point is moved by up to 6 pixels.</summary>
    private static byte[] One(Random hand)
    {
        using var bitmap = new SKBitmap(280, 280);
        using (var canvas = new SKCanvas(bitmap))
        using (var pen = new SKPaint { Color = SKColors.Black, StrokeWidth = 14 + hand.Next(5), Style = SKPaintStyle.Stroke, StrokeCap = SKStrokeCap.Round, IsAntialias = true })
        {
            canvas.Clear(SKColors.White);
            var (flag, corner, foot) = (Moved(40, 100), Moved(150, 40), Moved(110, 240));
            canvas.DrawLine(flag, corner, pen);
            canvas.DrawLine(corner, foot, pen);
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();

        SKPoint Moved(float x, float y) => new(x + 12 * (hand.NextSingle() - 0.5f), y + 12 * (hand.NextSingle() - 0.5f));
    }
}
