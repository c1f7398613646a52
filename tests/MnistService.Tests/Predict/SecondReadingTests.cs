using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Predict;

/// <summary>Pages whose strongest ink is not the digit: the service reads them a second time.</summary>
public sealed class SecondReadingTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static CancellationToken Cancellation => TestHttp.Cancellation;

    [Theory]
    [InlineData("stain", false)]
    [InlineData("stain", true)]
    [InlineData("net", false)]
    [InlineData("frame", false)]
    public async Task The_digit_is_found_on_a_difficult_page(string page, bool isSmall)
    {
        foreach (var digit in new[] { 2, 4, 7 })
        {
            var file = Draw(page, digit, isSmall ? 60 : 440);
            var answer = await (await PostAsync("/predict?image=true", TestHttp.Body(file))).JsonAsync();
            Assert.Equal((digit, true), ((int)answer["digit"]!, (bool)answer["isDigit"]!));
            Assert.InRange((double)answer["digitProbability"]!, 0.5, 1);
            Assert.Equal(784, Convert.FromBase64String((string)answer["image"]!).Length);
            Assert.Equal($"{digit}", (string?)(await (await PostAsync("/read", TestHttp.Body(file))).JsonAsync())["text"]);
        }
    }

    [Fact]
    public async Task Each_image_of_a_form_is_read_a_second_time()
    {
        var form = TestHttp.Form(("a.png", Draw("stain", 4, 440)), ("b.png", [1, 2]), ("c.png", Draw("net", 7, 440)), ("d.png", PlainImages.Draw("8")), ("e.png", PlainImages.Draw(" ")));
        var predictions = (await (await PostAsync("/predict", form)).JsonAsync())["predictions"]!.AsArray();
        Assert.Equal([4, null, 7, 8, null], predictions.Select(prediction => (int?)prediction!["digit"]));
        Assert.Equal("picture_no_ink", (string?)predictions[4]!["error"]!["code"]);
    }

    /// <summary>The page sends four images at a time. What one user sends does not change the answers.</summary>
    [Fact]
    public async Task Images_that_are_sent_together_are_read_as_if_each_was_sent_alone()
    {
        var file = Draw("net", 4, 440);
        var digits = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            var read = new List<int>();
            for (var i = 0; i < 6; i++) read.Add((int)(await (await PostAsync("/predict", TestHttp.Body(file))).JsonAsync())["digit"]!);
            return read;
        }));
        Assert.Equal(Enumerable.Repeat(4, 24), digits.SelectMany(read => read));
    }

    [Fact]
    public async Task A_page_without_a_digit_has_none_in_any_interpretation()
    {
        var answer = await (await PostAsync("/predict", TestHttp.Body(Draw("stain", null, 440)))).JsonAsync();
        Assert.False((bool)answer["isDigit"]!);
        Assert.InRange((double)answer["digitProbability"]!, 0, 0.5);
    }

    /// <summary>The proportions of a file are checked before it is decoded, in the second reading as well.</summary>
    [Fact]
    public async Task A_strip_is_rejected_also_in_a_form()
    {
        var strip = new PngWriter().Header(300, 10, 8, PngWriter.Grey).Data(PngWriter.Rows(new byte[3000], 300)).End().ToArray();
        foreach (var route in new[] { "/predict", "/read" })
        {
            await (await PostAsync(route, TestHttp.Body(strip))).ProblemAsync(422, "picture_bad_proportions");
            var entries = (await (await PostAsync(route, TestHttp.Form(("a.png", strip), ("b.png", PlainImages.Draw("8"))))).JsonAsync())[route == "/read" ? "readings" : "predictions"]!.AsArray();
            Assert.Equal("picture_bad_proportions", (string?)entries[0]!["error"]!["code"]);
            Assert.Equal("8", (string?)entries[1]!["text"] ?? $"{entries[1]!["digit"]}");
        }
    }

    [Theory]
    [InlineData("/predict?normalize=never")]
    [InlineData("/predict")]
    [InlineData("/read")]
    public async Task An_empty_page_stays_rejected(string route) =>
        await (await PostAsync(route, TestHttp.Body(PlainImages.Draw(" ")))).ProblemAsync(422, "picture_no_ink");

    private Task<HttpResponseMessage> PostAsync(string route, HttpContent body) => application.Start().PostAsync(route, body, Cancellation);

    private static byte[] Draw(string page, int? digit, int side)
    {
        using var bitmap = new SKBitmap(side, side);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true };
        canvas.Scale(side / 440f);
        canvas.Clear(page == "frame" ? new SKColor(30, 80, 60) : SKColors.White);
        switch (page)
        {
            case "stain":
                paint.Color = new(200, 120, 60);
                canvas.DrawCircle(300, 120, 100, paint);
                break;
            case "net":
                (paint.Color, paint.StrokeWidth) = (new(90, 90, 200), 2);
                for (var at = 6; at < 440; at += 14)
                {
                    canvas.DrawLine(at, 0, at + 8, 440, paint);
                    canvas.DrawLine(0, at, 440, at - 8, paint);
                }
                break;
            default:
                (paint.Color, paint.StrokeWidth) = (SKColors.Black, 34);
                canvas.DrawLine(30, 30, 410, 34, paint);
                canvas.DrawLine(30, 405, 410, 401, paint);
                break;
        }
        if (digit is { } shown)
        {
            using var character = SKBitmap.Decode(new Scene("plain", 160, 160, 110, 11).Draw(shown, new Random(shown)));
            using var light = new SKPaint { BlendMode = page == "frame" ? SKBlendMode.Screen : SKBlendMode.Multiply, ColorFilter = page == "frame" ? SKColorFilter.CreateColorMatrix(Inverse) : null };
            canvas.DrawBitmap(character, 60, 190, SKSamplingOptions.Default, light);
        }
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static readonly float[] Inverse = [-0.6f, 0, 0, 0, 0.6f, 0, -0.6f, 0, 0, 0.6f, 0, 0, -0.6f, 0, 0.6f, 0, 0, 0, 1, 0];
}
