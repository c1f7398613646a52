using System.Text;
using MnistService.Drawings;

namespace MnistService.Tests.Predict;

/// <summary><c>POST /predict</c>: bad images and bad requests, each with its status and code. A good image after a bad one is answered.</summary>
public sealed class PredictErrorTests(PredictErrorTests.Limited fixture) : IClassFixture<PredictErrorTests.Limited>
{
    /// <summary>A service with low limits that a test can exceed quickly.</summary>
    public sealed class Limited : IAsyncDisposable
    {
        internal ServiceApplication Application { get; } = new(
            ("MnistService:Predict:MaxBytes", "100000"), ("MnistService:Predict:MaxFiles", "3"), ("MnistService:Predict:MaxFormBytes", "300000"));

        public ValueTask DisposeAsync() => Application.DisposeAsync();
    }

    private static readonly byte[] Good = new Scene("plain", 120, 120, 90, 9).Draw(5, new Random(1));

    public static TheoryData<string, byte[], int, string> Bodies() => new()
    {
        { "nothing", [], 400, "picture_empty" },
        { "random bytes", RandomBytes(5000), 400, "picture_unreadable" },
        { "a cut PNG", Good[..(Good.Length / 2)], 400, "picture_unreadable" },
        { "a huge header", new PngWriter().Header(20_000, 20_000, 8, PngWriter.Grey).Data(new byte[10]).End().ToArray(), 413, "picture_too_large" },
        { "a TIFF", Encoding.ASCII.GetBytes("II*\0\u0008\0\0\0"), 415, "picture_unsupported_type" },
        { "an SVG", Encoding.ASCII.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'/>"), 415, "picture_unsupported_type" },
        { "a PDF", Encoding.ASCII.GetBytes("%PDF-1.7\n"), 415, "picture_unsupported_type" },
        { "all white", Flat(255), 422, "picture_no_ink" },
        { "all black", Flat(0), 422, "picture_no_ink" },
        { "a strip", new PngWriter().Header(4000, 10, 8, PngWriter.Grey).Data(PngWriter.Rows(new byte[40_000], 4000)).End().ToArray(), 422, "picture_bad_proportions" },
        { "one byte too many", new byte[100_001], 413, "picture_too_large" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_picture_is_a_problem_and_the_next_good_one_is_read(string what, byte[] bytes, int status, string code)
    {
        using var client = fixture.Application.Start();
        Assert.NotEmpty(what);
        await (await client.PostAsync("/predict", TestHttp.Body(bytes, "image/png"), TestHttp.Cancellation)).ProblemAsync(status, code);
        Assert.Equal(5, (int)(await (await client.PostAsync("/predict", TestHttp.Body(Good), TestHttp.Cancellation)).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task A_form_without_a_file_is_a_problem() =>
        await (await PostAsync(new MultipartFormDataContent { { new StringContent("x"), "text" } })).ProblemAsync(400, "form_without_file");

    [Fact]
    public async Task A_form_without_a_boundary_is_a_problem() =>
        await (await PostAsync(TestHttp.Body([1, 2, 3], "multipart/form-data"))).ProblemAsync(400, "form_invalid");

    [Fact]
    public async Task A_form_that_ends_early_is_a_problem() =>
        await (await PostAsync(TestHttp.Body("--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nabc"u8.ToArray(), "multipart/form-data; boundary=x")))
            .ProblemAsync(400, "body_unreadable");

    [Fact]
    public async Task Too_many_files_are_a_problem() =>
        await (await PostAsync(TestHttp.Form(("1", Good), ("2", Good), ("3", Good), ("4", Good)))).ProblemAsync(413, "form_too_many_files");

    [Fact]
    public async Task A_form_of_thousands_of_parts_is_a_problem()
    {
        var form = new StringBuilder();
        for (var i = 0; i < 5000; i++) form.Append("--x\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\n\r\n");
        await (await PostAsync(TestHttp.Body(Encoding.ASCII.GetBytes(form.ToString()), "multipart/form-data; boundary=x"))).ProblemAsync(400, "form_invalid");
    }

    [Fact]
    public async Task A_gzip_bomb_is_cut_off_at_the_limit()
    {
        var body = TestHttp.Body(TestHttp.Gzip(new byte[20_000_000]));
        body.Headers.ContentEncoding.Add("gzip");
        await (await PostAsync(body)).ProblemAsync(413, "picture_too_large");
    }

    [Fact]
    public async Task Damaged_gzip_is_a_problem()
    {
        var body = TestHttp.Body(RandomBytes(100));
        body.Headers.ContentEncoding.Add("gzip");
        await (await PostAsync(body)).ProblemAsync(400, "body_unreadable");
    }

    [Fact]
    public async Task An_unknown_encoding_is_a_problem()
    {
        var body = TestHttp.Body(Good);
        body.Headers.ContentEncoding.Add("br");
        await (await PostAsync(body)).ProblemAsync(415, "encoding_not_supported");
    }

    private Task<HttpResponseMessage> PostAsync(HttpContent body) => fixture.Application.Start().PostAsync("/predict", body, TestHttp.Cancellation);

    private static byte[] Flat(byte value) => PngWriter.Mnist(Enumerable.Repeat(value, 784).ToArray());

    private static byte[] RandomBytes(int count)
    {
        var bytes = new byte[count];
        new Random(5).NextBytes(bytes);
        return bytes;
    }
}
