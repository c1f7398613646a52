using MnistService.Drawings;

namespace MnistService.Tests.BadInputs;

/// <summary><c>POST /predict</c> with every supported image format variant: the prediction is the same digit.</summary>
public sealed class ImageFormTests(AttackedService service) : IClassFixture<AttackedService>
{
    private const int Side = 28;

    public static TheoryData<string> Pngs() => [.. PngForms.All().Select(form => form.Name)];

    public static TheoryData<string> Jpegs() => [.. JpegSegments.Files.Keys];

    public static TheoryData<string> Scenes() => [.. Drawings.Scenes.All.Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Pngs))]
    public Task A_png(string form) => IsReadAsync(PngForms.All().Single(png => png.Name == form).File, PngForms.Digit);

    [Theory]
    [MemberData(nameof(Jpegs))]
    public Task A_jpeg(string form) => IsReadAsync(JpegSegments.Files[form], JpegSegments.Digit);

    /// <summary>Realistic images: light and dark, colored ink, gray paper, shadows, a digit in a corner, a tiny digit on a large page.</summary>
    [Theory]
    [MemberData(nameof(Scenes))]
    public Task A_drawing(string scene) => IsReadAsync(Drawings.Scenes.All.Single(s => s.Name == scene).Draw(7, new Random(7)), 7);

    public static TheoryData<string> Others() => [.. OtherForms.All().Select(form => form.Name)];

    [Theory]
    [MemberData(nameof(Others))]
    public Task A_webp_gif_or_bmp(string form) => IsReadAsync(OtherForms.All().Single(other => other.Name == form).File, PngForms.Digit);

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("image/jpeg")]
    [InlineData("application/x-www-form-urlencoded")]
    public Task A_png_of_a_wrong_type_is_known_by_its_bytes(string? type) => service.SurvivesAsync(async client =>
        Assert.Equal(5, (int)(await (await client.PostAsync("/predict", TestHttp.Body(AttackedService.GoodPicture, type), TestHttp.Cancellation)).JsonAsync())["digit"]!));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(27, 29)]
    [InlineData(1000, 1000)]
    [InlineData(5000, 3000)]
    public Task Every_size_is_read(int width, int height) => service.SurvivesAsync(async client =>
    {
        using var answer = await PostAsync(client, Stroke(width, height));
        if (width > 2) Assert.Equal(1, (int)(await answer.JsonAsync())["digit"]!);
        else await answer.ProblemAsync(422, "picture_no_ink"); // 1 or 4 pixels are not a stroke
    }, most: 128 << 20); // decoding a 15-megapixel image needs more memory

    [Theory]
    [InlineData(4000, 10)]
    [InlineData(10, 4000)]
    public Task A_strip_is_no_digit(int width, int height) => service.SurvivesAsync(async client =>
        await (await PostAsync(client, Stroke(width, height))).ProblemAsync(422, "picture_bad_proportions"));

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public Task A_sheet_of_one_colour_has_no_ink(byte value) => service.SurvivesAsync(async client =>
        await (await PostAsync(client, PngWriter.Mnist(Enumerable.Repeat(value, Side * Side).ToArray()))).ProblemAsync(422, "picture_no_ink"));

    /// <summary>Noise is rejected with 422. With <c>normalize=never</c> it is classified: the probabilities are never NaN and sum to 1.</summary>
    [Fact]
    public Task Noise_is_no_digit() => service.SurvivesAsync(async client =>
    {
        var pixels = new byte[Side * Side];
        new Random(3).NextBytes(pixels);
        await (await PostAsync(client, PngWriter.Mnist(pixels))).ProblemAsync(422, "picture_no_ink");
        var answer = await (await client.PostAsync("/predict?normalize=never", TestHttp.Body(PngWriter.Mnist(pixels)), TestHttp.Cancellation)).JsonAsync();
        var probabilities = answer["probabilities"]!.AsArray().Select(p => (double)p!).ToList();
        Assert.All(probabilities, p => Assert.InRange(p, 0, 1)); // fails for NaN
        Assert.InRange(probabilities.Sum(), 0.999, 1.001);
    });

    private Task IsReadAsync(byte[] file, int digit) => service.SurvivesAsync(async client =>
        Assert.Equal(digit, (int)(await (await PostAsync(client, file)).JsonAsync())["digit"]!), most: 128 << 20);

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, byte[] file) => client.PostAsync("/predict", TestHttp.Body(file, "image/png"), TestHttp.Cancellation);

    /// <summary>An upright stroke, a tenth of the width thick.</summary>
    private static byte[] Stroke(int width, int height)
    {
        var pixels = new byte[width * height];
        for (var y = height / 8; y <= 7 * height / 8 && y < height; y++)
            for (var x = 0; x <= width / 10; x++) pixels[y * width + width / 2 + x - (x > 0 ? width / 20 : 0)] = 255;
        return new PngWriter().Header((uint)width, (uint)height, 8, PngWriter.Grey).Data(PngWriter.Rows(pixels, width)).End().ToArray();
    }
}
