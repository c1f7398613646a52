using System.Text;

namespace MnistService.Tests.BadInputs;

/// <summary>JSON bodies for <c>POST /train</c> that are malformed, too long or contain invalid values. None of them starts a job.</summary>
public sealed class HostileJsonTests(AttackedService service) : IClassFixture<AttackedService>
{
    public static TheoryData<string, int, string> Bodies() => new()
    {
        { "nested 10,000 deep", 400, "json_invalid" },
        { "longer than the limit, with a length", 413, "body_too_large" },
        { "longer than the limit, in chunks", 413, "body_too_large" },
        { "a field twice", 400, "json_invalid" },
        { "an unknown field", 400, "json_invalid" },
        { "text for a number", 400, "json_invalid" },
        { "a number for text", 400, "json_invalid" },
        { "a number beyond all", 400, "json_invalid" },
        { "text behind its end", 400, "json_invalid" },
        { "a byte order mark", 422, "train_settings_invalid" }, // the mark is skipped
        { "UTF-16 of which nobody said that it is", 400, "json_invalid" },
        { "UTF-16", 422, "train_settings_invalid" }, // the declared charset is decoded
        { "an unknown charset", 415, "content_type_not_supported" },
        { "UTF-7", 415, "content_type_not_supported" },
        { "UTF-7 in quotes", 415, "content_type_not_supported" },
        { "UTF-7 by another name", 415, "content_type_not_supported" },
        { "an empty charset", 415, "content_type_not_supported" },
        { "two charsets", 415, "content_type_not_supported" },
        { "a charset of 1,000 letters", 415, "content_type_not_supported" },
        { "bytes that are no UTF-8", 400, "json_invalid" },
        { "half of a surrogate pair", 400, "json_invalid" },
        { "NaN", 400, "json_invalid" },
        { "'NaN'", 422, "train_settings_invalid" },
        { "an infinite rate", 422, "train_settings_invalid" },
        { "a path as a name of data", 422, "train_settings_invalid" },
        { "a control character in a name", 422, "train_settings_invalid" },
        { "an array", 400, "json_invalid" },
        { "an object without an end", 400, "json_invalid" },
        { "null", 400, "request_invalid" },
        { "nothing", 400, "request_invalid" },
        { "another type", 415, "content_type_not_supported" },
        { "gzip", 400, "json_invalid" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public Task A_body_that_cannot_be_is_a_problem_and_starts_nothing(string what, int status, string code) => service.SurvivesAsync(async client =>
    {
        var (body, type) = Body(what);
        var start = $"POST /train HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {type}\r\n";
        using var raw = await RawClient.ConnectAsync(service.Address);
        if (what.EndsWith("in chunks", StringComparison.Ordinal))
        {
            await raw.SendAsync(start + "Transfer-Encoding: chunked\r\n\r\n");
            await raw.SendChunksAsync(Enumerable.Repeat(body, 100_000_000 / body.Length));
        }
        else
        {
            await raw.SendAsync(start + $"Content-Length: {(what.EndsWith("with a length", StringComparison.Ordinal) ? 100_000_000 : body.Length)}\r\n\r\n");
            await raw.SendAsync(body);
        }
        var problem = (await raw.ReadAsync()).Problem(status, code);
        if (code == "json_invalid") Assert.Matches(@"^At \$\S*, line \d+, byte \d+: ", (string?)problem["detail"]);
        if (code == "body_too_large") Assert.Contains("65536 bytes", (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(0, (int)(await client.GetJsonAsync("/train"))["total"]!);
    });

    private static (byte[] Body, string Type) Body(string what)
    {
        const string Json = "application/json", Bad = "{\"epochs\":0}";
        static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);
        return what switch
        {
            "nested 10,000 deep" => (Text(string.Concat(Enumerable.Repeat("{\"a\":", 10_000))), Json),
            "longer than the limit, with a length" => (Text("{"), Json),
            "longer than the limit, in chunks" => (Text(new string(' ', 10_000)), Json),
            "a field twice" => (Text("{\"epochs\":1,\"epochs\":2}"), Json),
            "an unknown field" => (Text("{\"epoch\":1}"), Json),
            "text for a number" => (Text("{\"epochs\":\"many\"}"), Json),
            "a number for text" => (Text("{\"network\":7}"), Json),
            "a number beyond all" => (Text("{\"epochs\":99999999999999999999}"), Json),
            "text behind its end" => (Text(Bad + " x"), Json),
            "a byte order mark" => ([0xEF, 0xBB, 0xBF, .. Text(Bad)], Json),
            "UTF-16 of which nobody said that it is" => (Encoding.Unicode.GetBytes(Bad), Json),
            "UTF-16" => (Encoding.Unicode.GetBytes(Bad), Json + "; charset=utf-16"),
            "an unknown charset" => (Text(Bad), Json + "; charset=none"),
            "UTF-7" => (Text(Bad), Json + "; charset=utf-7"),
            "UTF-7 in quotes" => (Text(Bad), Json + "; charset=\"UTF-7\""),
            "UTF-7 by another name" => (Text(Bad), Json + "; charset=unicode-1-1-utf-7"),
            "an empty charset" => (Text(Bad), Json + "; charset=\"\""),
            "two charsets" => (Text(Bad), Json + "; charset=utf-8; charset=utf-7"),
            "a charset of 1,000 letters" => (Text(Bad), Json + "; charset=" + new string('u', 1000)),
            "bytes that are no UTF-8" => (Text("{\"name\":\"\u00ff\u00fe\"}"), Json),
            "half of a surrogate pair" => (Text("{\"name\":\"\\ud800\"}"), Json),
            "NaN" => (Text("{\"learningRate\":NaN}"), Json),
            "'NaN'" => (Text("{\"learningRate\":\"NaN\"}"), Json),
            "an infinite rate" => (Text("{\"learningRate\":1e999}"), Json),
            "a path as a name of data" => (Text("{\"data\":\"../../etc\"}"), Json),
            "a control character in a name" => (Text("{\"name\":\"a\\u0000b\"}"), Json),
            "an array" => (Text("[]"), Json),
            "an object without an end" => (Text("{"), Json),
            "null" => (Text("null"), Json),
            "nothing" => ([], Json),
            "another type" => (Text(Bad), "text/plain"),
            "gzip" => ([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], Json + "\r\nContent-Encoding: gzip"),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };
    }
}
