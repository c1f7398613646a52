using System.Text;
using System.Text.Json;
using MnistService.Drawings;
using MnistService.Predict;

namespace MnistService.Tests.Predict;

/// <summary>Images that are sent as text: data URLs, Base64 and JSON, in all variants that programs produce; and the errors of damaged text.</summary>
public sealed class TextBodyTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static readonly byte[] Five = new Scene("canvas", 280, 280, 200, 20).Draw(5, new Random(1));

    private static readonly byte[] Photo = (new Scene("photo", 800, 600, 300, 14) { Light = Light.Grain(6), Jpeg = 95 }).Draw(5, new Random(1));

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes);

    /// <summary>Name, declared type, and body.</summary>
    public static TheoryData<string, string?, string> Bodies() => new()
    {
        { "a data URL", "text/plain", $"data:image/png;base64,{Text(Five)}" },
        { "a data URL in capitals", null, $"DATA:image/PNG;BASE64,{Text(Five)}" },
        { "a data URL of another type", "text/plain", $"data:application/octet-stream;base64,{Text(Five)}" },
        { "a data URL with a parameter", "text/plain", $"data:image/png;name=a.png;base64,{Text(Five)}" },
        { "an escaped data URL", "text/plain", $"data:image/png;base64,{Uri.EscapeDataString(Text(Five))}" },
        { "Base64", "text/plain", Text(Five) },
        { "Base64 as octets", "application/octet-stream", Text(Five) },
        { "Base64 with line ends", "text/plain", Convert.ToBase64String(Five, Base64FormattingOptions.InsertLineBreaks) + "\n" },
        { "Base64 without padding", null, Text(Five).TrimEnd('=') },
        { "Base64 for URLs", null, Text(Five).Replace('+', '-').Replace('/', '_') },
        { "Base64 after a byte order mark", "text/plain; charset=utf-8", "\uFEFF" + Text(Five) },
        { "JSON with a data URL", "application/json", $$"""{"image":"data:image/png;base64,{{Text(Five)}}"}""" },
        { "JSON with spaces", "application/json", $$""" {  "image" : "{{Text(Five)}}" } """ },
        { "JSON of .NET, which escapes the plus sign", "application/json", JsonSerializer.Serialize(new { image = Text(Five) }) },
        { "JSON of PHP, which escapes the slash", "application/json", $$"""{"image":"data:image\/png;base64,{{Text(Five).Replace("/", "\\/", StringComparison.Ordinal)}}"}""" },
        { "a large JPEG", "text/plain", $"data:image/jpeg;base64,{Text(Photo)}" },
        { "a large JPEG as JSON", "application/json", $$"""{"image":"{{Convert.ToBase64String(Photo, Base64FormattingOptions.InsertLineBreaks).Replace("\r\n", "\\n", StringComparison.Ordinal)}}"}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Text_is_read_like_the_image(string what, string? type, string body)
    {
        Assert.NotEmpty(what);
        using var client = application.Start();
        var answer = await (await client.PostAsync("/predict", TestHttp.Body(Encoding.UTF8.GetBytes(body), type), TestHttp.Cancellation)).JsonAsync();
        var binary = await (await client.PostAsync("/predict", TestHttp.Body(body.Length > 100_000 ? Photo : Five), TestHttp.Cancellation)).JsonAsync();
        Assert.Equal(binary["probabilities"]!.ToJsonString(), answer["probabilities"]!.ToJsonString());
        Assert.Equal(5, (int)answer["digit"]!);
    }

    [Fact]
    public async Task Text_is_read_as_a_file_of_a_form_and_compressed()
    {
        using var client = application.Start();
        var url = Encoding.UTF8.GetBytes($"data:image/png;base64,{Text(Five)}");
        var form = await (await client.PostAsync("/predict", TestHttp.Form(("a.txt", url), ("b.png", Five)), TestHttp.Cancellation)).JsonAsync();
        Assert.Equal([5, 5], form["predictions"]!.AsArray().Select(each => (int)each!["digit"]!));
        var compressed = TestHttp.Body(TestHttp.Gzip(url));
        compressed.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(5, (int)(await (await client.PostAsync("/predict", compressed, TestHttp.Cancellation)).JsonAsync())["digit"]!);
    }

    [Fact]
    public async Task The_error_of_one_file_of_a_form_has_the_same_text_as_a_problem()
    {
        using var client = application.Start();
        using var answer = await client.PostAsync("/predict", TestHttp.Form(("it's.txt", "{\"image\":7}"u8.ToArray()), ("b.png", Five)), TestHttp.Cancellation);
        var json = await answer.Content.ReadAsStringAsync(TestHttp.Cancellation);
        Assert.Contains("\"it's.txt\"", json, StringComparison.Ordinal); // not it\u0027s.txt
        Assert.Contains("The JSON member 'image' is 7; expected a string with a data URL or Base64 text.", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "The JSON object has no member; expected 'image', with a data URL or Base64 text as its value.")]
    [InlineData("""{"img":"iVBORw0KGgo="}""", "The JSON object has the unknown member 'img'; expected only 'image', with a data URL or Base64 text as its value.")]
    [InlineData("""{"\uDDDD":"iVBORw0KGgo="}""", @"The JSON object has the unknown member '\uDDDD'; expected only 'image', with a data URL or Base64 text as its value.")]
    [InlineData("""{"image":7}""", "The JSON member 'image' is 7; expected a string with a data URL or Base64 text.")]
    [InlineData("""{"image":"iVBORw0KGgo=","size":28}""", "The JSON object has more than one member; expected only 'image'.")]
    [InlineData("{\"image\":\n\"iVBORw0KGgo=", "The body starts like JSON but is not valid at line 2, byte 14. Expected {\"image\":\"data:image/png;base64,…\"}.")]
    [InlineData("data:image/png;base64", "The data URL has no comma after its media type; expected data:image/png;base64,….")]
    [InlineData("data:image/svg+xml,%3Csvg/%3E", "The data URL is not Base64-encoded; expected data:image/png;base64,….")]
    [InlineData("data:image/png;base64,iVBO*Rw0KGgo=", "The Base64 text has the byte 0x2A at position 4; expected letters, digits, '+', '/' and '='.")]
    [InlineData("data:image/png;base64,iVBORw0KG", "The Base64 text is incomplete: 9 characters without spaces and padding do not encode whole bytes. Send the complete text.")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=", "The PNG ends at byte 8, before its IEND chunk. Send the complete file.")]
    public async Task Damaged_text_is_named(string body, string detail)
    {
        using var client = application.Start();
        var problem = await (await client.PostAsync("/predict", TestHttp.Body(Encoding.UTF8.GetBytes(body)), TestHttp.Cancellation)).ProblemAsync(400, "picture_unreadable");
        Assert.Equal(detail, (string?)problem["detail"]);
    }

    [Fact]
    public async Task A_data_url_of_no_bytes_is_empty_and_one_of_a_pdf_is_named()
    {
        using var client = application.Start();
        await (await client.PostAsync("/predict", TestHttp.Body("data:image/png;base64,"u8.ToArray()), TestHttp.Cancellation)).ProblemAsync(400, "picture_empty");
        var pdf = await (await client.PostAsync("/predict", TestHttp.Body(Encoding.UTF8.GetBytes(Text("%PDF-1.7\n%more than thirty-two bytes"u8.ToArray()))), TestHttp.Cancellation))
            .ProblemAsync(415, "picture_unsupported_type");
        Assert.StartsWith("The file is a PDF;", (string?)pdf["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public void No_image_file_is_taken_for_text()
    {
        foreach (var form in PngForms.All().Concat(OtherForms.All())) Assert.False(TextBody.IsText(form.File), form.Name);
        foreach (var (name, file) in JpegSegments.Files) Assert.False(TextBody.IsText(file), name);
    }
}
