using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Predict;

/// <summary><c>POST /read</c>, and the answer of <c>POST /predict</c> for an image with several digits.</summary>
public sealed class ReadTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private const int Side = 160;

    private static readonly Scene Plain = new("plain", Side, Side, 110, 11);

    private static CancellationToken Cancellation => TestHttp.Cancellation;

    private Task<HttpResponseMessage> PostAsync(string route, HttpContent body) => application.Start().PostAsync(route, body, Cancellation);

    /// <summary>Draws lines of digits, each digit in a square of 160 pixels.</summary>
    internal static byte[] Draw(params string[] lines)
    {
        using var page = new SKBitmap(Side * lines.Max(line => line.Length), Side * lines.Length);
        using var canvas = new SKCanvas(page);
        canvas.Clear(SKColors.White);
        foreach (var (row, line) in lines.Index())
        {
            foreach (var (column, digit) in line.Index())
            {
                using var one = SKBitmap.Decode(Plain.Draw(digit - '0', new Random(digit)));
                canvas.DrawBitmap(one, column * Side, row * Side, SKSamplingOptions.Default);
            }
        }
        using var png = page.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    [Fact]
    public async Task All_digits_are_read_in_reading_order_with_their_boxes()
    {
        var answer = await (await PostAsync("/read", TestHttp.Body(Draw("472", "058")))).JsonAsync();
        Assert.Equal("472\n058", (string?)answer["text"]);
        Assert.StartsWith("cnn-", (string?)answer["model"], StringComparison.Ordinal);
        var digits = answer["digits"]!.AsArray();
        Assert.Equal([4, 7, 2, 0, 5, 8], digits.Select(digit => (int)digit!["digit"]!));
        foreach (var (index, digit) in digits.Index())
        {
            Assert.True((double)digit!["digitProbability"]! >= 0.5, digit.ToJsonString());
            Assert.InRange((double)digit["confidence"]!, 0.5, 1);
            var (x, y) = Center(digit["box"]!);
            Assert.Equal((index % 3, index / 3), ((int)x / Side, (int)y / Side));
        }

        static (double X, double Y) Center(JsonNode box) => ((double)box["x"]! + (double)box["width"]! / 2, (double)box["y"]! + (double)box["height"]! / 2);
    }

    [Fact]
    public async Task Text_is_just_the_digits()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/read") { Content = TestHttp.Body(Draw("472", "058")) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var response = await application.Start().SendAsync(request, Cancellation);
        Assert.Equal("472\n058", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Each_image_of_a_form_has_its_own_digits()
    {
        var answer = await (await PostAsync("/read", TestHttp.Form(("a.png", Draw("47")), ("b.png", [1, 2, 3]), ("c.png", Draw("8"))))).JsonAsync();
        var readings = answer["readings"]!.AsArray();
        Assert.Equal(["47", null, "8"], readings.Select(reading => (string?)reading!["text"]));
        Assert.Equal("picture_unreadable", (string?)readings[1]!["error"]!["code"]);
        Assert.Single(readings[2]!["digits"]!.AsArray());
    }

    [Fact]
    public async Task A_prediction_for_two_digits_is_rejected_with_the_digits()
    {
        var problem = await (await PostAsync("/predict", TestHttp.Body(Draw("42")))).ProblemAsync(422, "several_digits");
        Assert.Equal("42", (string?)problem["text"]);
        Assert.Equal([4, 2], problem["digits"]!.AsArray().Select(digit => (int)digit!["digit"]!));
        Assert.Contains("2 digits (42)", (string?)problem["detail"], StringComparison.Ordinal);

        var form = await (await PostAsync("/predict", TestHttp.Form(("a.png", Draw("7")), ("b.png", Draw("42"))))).JsonAsync();
        Assert.Equal(7, (int)form["predictions"]![0]!["digit"]!);
        var error = form["predictions"]![1]!["error"]!;
        Assert.Equal(("several_digits", "42", 2), ((string?)error["code"], (string?)error["text"], error["digits"]!.AsArray().Count));
    }

    [Fact]
    public async Task A_single_digit_is_read_and_predicted()
    {
        for (var digit = 0; digit < 10; digit++)
        {
            var image = Draw($"{digit}");
            Assert.Equal($"{digit}", (string?)(await (await PostAsync("/read", TestHttp.Body(image))).JsonAsync())["text"]);
            Assert.Equal(digit, (int)(await (await PostAsync("/predict", TestHttp.Body(image))).JsonAsync())["digit"]!);
        }
    }

    [Fact]
    public async Task An_image_without_ink_is_rejected_as_by_predict()
    {
        using var blank = new SKBitmap(100, 100);
        blank.Erase(SKColors.White);
        using var png = blank.Encode(SKEncodedImageFormat.Png, 100);
        await (await PostAsync("/read", TestHttp.Body(png.ToArray()))).ProblemAsync(422, "picture_no_ink");
    }

    /// <summary>The queue holds fewer images than the page has marks, so they are classified in parts.</summary>
    [Fact]
    public async Task More_marks_than_the_queue_holds_are_read_in_parts()
    {
        using var small = new ServiceApplication(("MnistService:Inference:QueueCapacity", "4"));
        var response = await small.Start().PostAsync("/read", TestHttp.Body(Draw("4720", "5831")), Cancellation);
        Assert.Equal("4720\n5831", (string?)(await response.JsonAsync())["text"]);
    }
}
