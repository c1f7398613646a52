using System.Net.Http.Headers;
using MnistService.Drawings;
using SkiaSharp;

namespace MnistService.Tests.Predict;

/// <summary><c>POST /predict</c>: formats of requests and responses.</summary>
public sealed class PredictTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static readonly Scene Plain = new("plain", 200, 200, 140, 14);

    private static CancellationToken Cancellation => TestHttp.Cancellation;

    private static byte[] Draw(int digit) => Plain.Draw(digit, new Random(digit));

    private static byte[] InMnistsFrame(byte[] pixels) => new PngWriter().Header(28, 28, 8, PngWriter.Grey)
        .Data([.. pixels.Chunk(28).SelectMany(row => row.Prepend((byte)0))]).End().ToArray();

    private Task<HttpResponseMessage> PostAsync(HttpContent body, string query = "") => application.Start().PostAsync("/predict" + query, body, Cancellation);

    [Fact]
    public async Task The_answer_carries_digit_confidence_probabilities_model_and_timing()
    {
        var response = await PostAsync(TestHttp.Body(Draw(7), "image/png"));
        var answer = await response.JsonAsync();
        var probabilities = answer["probabilities"]!.AsArray().Select(p => (double)p!).ToArray();
        Assert.Equal(7, (int)answer["digit"]!);
        Assert.Equal(10, probabilities.Length);
        Assert.Equal(1, probabilities.Sum(), 1e-4);
        Assert.Equal(probabilities.Max(), (double)answer["confidence"]!);
        Assert.StartsWith("cnn-", (string?)answer["model"], StringComparison.Ordinal);
        Assert.Matches(@"^decode;dur=[\d.]+, queue;dur=[\d.]+, compute;dur=[\d.]+$", response.Headers.GetValues("Server-Timing").Single());
        Assert.Equal("1", response.Headers.GetValues("X-Batch-Size").Single());
    }

    [Fact]
    public async Task The_answer_states_whether_the_image_shows_a_digit()
    {
        foreach (var (image, isDigit) in new[] { (Draw(7), true), (PlainImages.Draw("#"), false) })
        {
            var answer = await (await PostAsync(TestHttp.Body(image, "image/png"))).JsonAsync();
            Assert.Equal(isDigit, (bool)answer["isDigit"]!);
            Assert.Equal(isDigit, (double)answer["digitProbability"]! >= 0.5);
        }
        var several = await (await PostAsync(TestHttp.Form(("a.png", Draw(7)), ("b.png", PlainImages.Draw("#"))))).JsonAsync();
        Assert.Equal([true, false], several["predictions"]!.AsArray().Select(prediction => (bool)prediction!["isDigit"]!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("image/png")]
    [InlineData("image/jpeg")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task The_bytes_decide_and_not_the_declared_type(string? type) =>
        Assert.Equal(3, (int)(await (await PostAsync(TestHttp.Body(Draw(3), type))).JsonAsync())["digit"]!);

    [Fact]
    public async Task Text_is_just_the_digit_or_a_question_mark_if_there_is_none()
    {
        Assert.Equal(("4", "text/plain"), await TextAsync(TestHttp.Body(Draw(4))));
        Assert.Equal(("?", "text/plain"), await TextAsync(TestHttp.Body(PlainImages.Draw("#"))));
        Assert.Equal(("4\n-\n?", "text/plain"), await TextAsync(TestHttp.Form(("a.png", Draw(4)), ("b.png", [1, 2, 3]), ("c.png", PlainImages.Draw("#")))));
    }

    private async Task<(string, string?)> TextAsync(HttpContent body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = body };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        var response = await application.Start().SendAsync(request, Cancellation);
        return (await response.Content.ReadAsStringAsync(Cancellation), response.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>An image in MNIST's format is passed to the network unchanged, so the response contains the same pixels.</summary>
    [Fact]
    public async Task What_the_network_read_is_shown_to_whoever_asks()
    {
        var first = await (await PostAsync(TestHttp.Body(Draw(6)), "?image=true")).JsonAsync();
        var read = Convert.FromBase64String((string)first["image"]!);
        Assert.Equal(784, read.Length);
        Assert.Equal(255, read.Max());
        var again = await (await PostAsync(TestHttp.Form(("a.png", InMnistsFrame(read)), ("b.png", [1, 2, 3]), ("c.png", Draw(1))), "?image=true")).JsonAsync();
        Assert.Equal((string?)first["image"], (string?)again["predictions"]![0]!["image"]);
        Assert.Null(again["predictions"]![1]!["image"]);
        Assert.Null((await (await PostAsync(TestHttp.Body(Draw(6)), "?image=false")).JsonAsync())["image"]);
        var problem = await (await PostAsync(TestHttp.Body(Draw(6)), "?image=yes")).ProblemAsync(422, "query_invalid");
        Assert.Contains("The value 'yes' of the query parameter 'image' is not one of true, false", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_one_file_is_answered_as_the_bare_picture_is() =>
        Assert.Equal(5, (int)(await (await PostAsync(TestHttp.Form(("five.png", Draw(5))))).JsonAsync())["digit"]!);

    [Fact]
    public async Task Several_files_are_answered_in_order_and_a_bad_one_does_not_fail_the_others()
    {
        var answer = await (await PostAsync(TestHttp.Form(("a.png", Draw(1)), ("../../etc/b.png", [1, 2, 3]), ("c.png", Draw(8))))).JsonAsync();
        var predictions = answer["predictions"]!.AsArray();
        Assert.Equal(["a.png", "../../etc/b.png", "c.png"], predictions.Select(p => (string)p!["name"]!));
        Assert.Equal((1, 8), ((int)predictions[0]!["digit"]!, (int)predictions[2]!["digit"]!));
        Assert.Equal("picture_unreadable", (string?)predictions[1]!["error"]!["code"]);
        Assert.Null(predictions[1]!["digit"]);
        Assert.StartsWith("cnn-", (string?)answer["model"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gzip_body_is_unpacked()
    {
        var body = TestHttp.Body(TestHttp.Gzip(Draw(6)));
        body.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(6, (int)(await (await PostAsync(body)).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task A_jpeg_is_read()
    {
        using var bitmap = SKBitmap.Decode(Draw(2));
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        Assert.Equal(2, (int)(await (await PostAsync(TestHttp.Body(jpeg.ToArray()))).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task The_query_says_which_side_is_ink()
    {
        // The image is dark on light. Read as light on dark, its background counts as the digit.
        var right = await (await PostAsync(TestHttp.Body(Draw(8)), "?invert=always&normalize=always")).JsonAsync();
        var wrong = await (await PostAsync(TestHttp.Body(Draw(8)), "?invert=never&normalize=never")).JsonAsync();
        Assert.Equal(8, (int)right["digit"]!);
        Assert.NotEqual(right["probabilities"]!.ToJsonString(), wrong["probabilities"]!.ToJsonString());
    }

    [Theory]
    [InlineData("?invert=maybe")]
    [InlineData("?normalize=1")]
    public async Task A_query_that_is_not_known_is_named(string query) =>
        await (await PostAsync(TestHttp.Body(Draw(1)), query)).ProblemAsync(422, "query_invalid");
}
