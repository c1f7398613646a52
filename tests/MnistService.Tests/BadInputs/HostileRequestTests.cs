using System.Text;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Raw requests that no HTTP library sends. Kestrel itself answers errors that it detects before routing, with a status and no body. All other errors are
/// problem responses with a code.
/// </summary>
public sealed class HostileRequestTests(AttackedService service) : IClassFixture<AttackedService>
{
    private const string NoCode = "";

    private const string Host = "Host: x\r\nConnection: close\r\n";

    public static TheoryData<string, int, string> Requests() => new()
    {
        { "Transfer-Encoding and Content-Length", 400, "request_invalid" },
        { "two lengths", 400, NoCode },
        { "a negative length", 400, NoCode },
        { "an unknown transfer coding", 400, NoCode },
        { "a chunk whose size is no number", 400, "request_invalid" },
        { "40 kB of headers", 431, NoCode },
        { "101 headers", 431, NoCode },
        { "a bad host", 400, NoCode },
        { "no host", 400, NoCode },
        { "two hosts", 400, NoCode },
        { "a NUL in a header", 400, NoCode },
        { "a folded header", 400, NoCode },
        { "a space before a colon", 400, NoCode },
        { "HTTP/0.9", 400, NoCode },
        { "HTTP/1.0", 200, NoCode },
        { "random bytes", 400, NoCode },
        { "TLS", 400, NoCode },
        { "100,000 query parameters", 414, NoCode },
        { "4,000 query parameters", 200, NoCode },
        { "an address of 1 MB", 414, NoCode },
        { "a NUL in an address", 400, NoCode },
        { "an id that is no UTF-8", 404, "model_not_found" },
        { "a body where none is read", 200, NoCode },
        { "100 MB where none is read", 404, "job_not_found" },
        { "an unknown method", 405, "method_not_allowed" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public Task A_hostile_request_is_answered(string what, int status, string code) => service.SurvivesAsync(async _ =>
    {
        var answer = await RawClient.AskAsync(service.Address, Encoding.Latin1.GetBytes(Request(what)));
        if (code.Length > 0) answer.Problem(status, code);
        else Assert.Equal(status, answer.Status);
    });

    [Theory]
    [InlineData("HTTP/2's first words", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("nothing", "")]
    public Task What_is_no_request_ends_the_connection(string what, string text) => service.SurvivesAsync(async _ =>
    {
        Assert.NotEmpty(what);
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync(text);
        if (text.Length > 0) await client.ReadToEndAsync();
    });

    private static string Request(string what) => what switch
    {
        "Transfer-Encoding and Content-Length" => $"POST /predict HTTP/1.1\r\n{Host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "two lengths" => $"POST /predict HTTP/1.1\r\n{Host}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        "a negative length" => $"POST /predict HTTP/1.1\r\n{Host}Content-Length: -3\r\n\r\n",
        "an unknown transfer coding" => $"POST /predict HTTP/1.1\r\n{Host}Transfer-Encoding: gzip\r\n\r\n",
        "a chunk whose size is no number" => $"POST /predict HTTP/1.1\r\n{Host}Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        "40 kB of headers" => Get("/version", $"A: {new string('a', 40_000)}\r\n"),
        "101 headers" => Get("/version", string.Concat(Enumerable.Range(0, 99).Select(i => $"A{i}: a\r\n"))), // plus Host and Connection
        "a bad host" => "GET /version HTTP/1.1\r\nHost: a b\r\n\r\n",
        "no host" => "GET /version HTTP/1.1\r\n\r\n",
        "two hosts" => Get("/version", "Host: y\r\n"),
        "a NUL in a header" => Get("/version", "A: a\0b\r\n"),
        "a folded header" => Get("/version", "A: a\r\n b\r\n"),
        "a space before a colon" => Get("/version", "A : a\r\n"),
        "HTTP/0.9" => "GET /version\r\n",
        "HTTP/1.0" => "GET /version HTTP/1.0\r\n\r\n",
        "random bytes" => RandomText(300) + "\r\n\r\n",
        "TLS" => "\u0016\u0003\u0001\0\u00c5\u0001\0\0\u00c1\u0003\u0003" + RandomText(190), // start of a TLS ClientHello
        "100,000 query parameters" => Get("/submissions?" + string.Concat(Enumerable.Repeat("a&", 100_000))),
        "4,000 query parameters" => Get("/submissions?" + string.Concat(Enumerable.Repeat("a&", 4_000))),
        "an address of 1 MB" => Get("/" + new string('a', 1 << 20)),
        "a NUL in an address" => Get("/models/%00"),
        "an id that is no UTF-8" => Get("/models/%ff%fe"),
        "a body where none is read" => Get("/version", "Content-Length: 5\r\n") + "hello",
        "100 MB where none is read" => $"POST /train/none/cancel HTTP/1.1\r\n{Host}Content-Length: 100000000\r\n\r\n{new string('x', 1 << 20)}",
        "an unknown method" => $"FOO /predict HTTP/1.1\r\n{Host}\r\n",
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    private static string Get(string path, string headers = "") => $"GET {path} HTTP/1.1\r\n{Host}{headers}\r\n";

    private static string RandomText(int bytes)
    {
        var random = new byte[bytes];
        new Random(1).NextBytes(random);
        return Encoding.Latin1.GetString(random);
    }
}
