using System.Text;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.BadInputs;

/// <summary>Valid but rare HTTP: pipelining, a body of a million chunks, <c>Expect: 100-continue</c>, and a body without an end.</summary>
public sealed class UnusualClientTests(AttackedService service) : IClassFixture<AttackedService>
{
    private const string TooLongName = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly byte[] Piece = [.. Enumerable.Repeat((byte)'1', 1 << 16)];

    [Fact]
    public Task Pipelined_requests_are_answered_in_their_order() => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        var picture = Encoding.Latin1.GetString(AttackedService.GoodPicture);
        var predict = $"POST /predict HTTP/1.1\r\nHost: x\r\nAccept: text/plain\r\nContent-Length: {picture.Length}\r\n\r\n{picture}";
        const string Live = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", Nothing = "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n";
        await client.SendAsync(string.Concat(Enumerable.Repeat(predict + Live + Nothing, 20)));
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal((200, "5"), await client.ReadAsync() is var answer ? (answer.Status, answer.Body) : default);
            Assert.Contains("live", (await client.ReadAsync()).Body, StringComparison.Ordinal);
            (await client.ReadAsync()).Problem(404, "not_found");
        }
    });

    [Fact]
    public Task Who_asks_before_sending_is_told_to_go_on() => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST /predict HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {AttackedService.GoodPicture.Length}\r\n\r\n");
        Assert.Equal(100, (await client.ReadAsync()).Status);
        await client.SendAsync(AttackedService.GoodPicture);
        Assert.Equal(200, (await client.ReadAsync()).Status);
    });

    /// <summary>
    /// The response does not depend on the request body. The service then answers the next request on the connection, or its response says
    /// <c>Connection: close</c>.
    /// </summary>
    [Theory]
    [InlineData("/datasets?name=" + TooLongName, 1 << 20, 422, true)]
    [InlineData("/nowhere", 1 << 20, 404, true)]
    [InlineData("/nowhere", 256 << 20, 404, false)]
    public Task A_body_that_nobody_reads_does_not_cost_the_next_request_its_answer(string path, int bytes, int status, bool goesOn) => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {bytes}\r\n\r\n");
        var answer = await client.ReadAsync();
        Assert.Equal(status, answer.Status);
        Assert.Equal(goesOn, answer.Headers.GetValueOrDefault("Connection") != "close");
        if (!goesOn) return;
        for (var sent = 0; sent < bytes; sent += Piece.Length) await client.SendAsync(Piece);
        await client.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(200, (await client.ReadAsync()).Status);
    });

    [Theory]
    [InlineData("/predict", "picture_too_large")]
    [InlineData("/submissions", "csv_too_large")]
    [InlineData("/datasets", "dataset_too_large")]
    [InlineData("/models", "model_too_large")]
    [InlineData("/train", "body_too_large")]
    public Task What_is_too_large_is_refused_before_it_is_sent(string route, string code) => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n");
        (await client.ReadAsync()).Problem(413, code);
    });

    /// <summary>The client sends as fast as the service reads, until a response arrives. The service reads no more than the limit of the route.</summary>
    [Theory]
    [InlineData("/predict", "picture_too_large", 32 << 20)]
    [InlineData("/submissions", "csv_line_too_long", 64 << 10)] // one endless line, which is a single cell of more than 10 MB
    [InlineData("/datasets", "csv_line_too_long", 64 << 10)]
    [InlineData("/models", "model_too_large", 32 << 20)]
    [InlineData("/train", "body_too_large", 64 << 10)]
    public Task A_body_without_end_is_cut_off_at_the_bound(string route, string code, int bound) => service.SurvivesAsync(async _ =>
    {
        const int Kernel = 32 << 20; // bytes that the kernel may buffer for a connection that the service no longer reads
        using var client = await RawClient.ConnectAsync(service.Address);
        await client.SendAsync($"POST {route} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        var sent = await client.SendChunksAsync(Enumerable.Repeat(Piece, (200 << 20) / Piece.Length));
        Assert.InRange(sent, Piece.Length, bound + Kernel);
        (await client.ReadAsync()).Problem(413, code);
    }, most: 128L << 20);

    [Fact]
    public Task A_file_in_a_million_chunks_of_one_byte_is_read() => service.SurvivesAsync(async _ =>
    {
        using var client = await RawClient.ConnectAsync(service.Address);
        var csv = DatasetFiles.Csv(Enumerable.Repeat(DatasetFiles.Rows, 3).SelectMany(rows => rows))[..1_000_000];
        csv.AsSpan(csv.AsSpan().LastIndexOf((byte)'\n')).Fill((byte)'\n'); // blank lines replace the truncated last row
        var chunks = new byte[6 * csv.Length];
        for (var i = 0; i < csv.Length; i++) Encoding.ASCII.GetBytes($"1\r\n{(char)csv[i]}\r\n", chunks.AsSpan(6 * i));
        await client.SendAsync("POST /submissions HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        await client.SendAsync(chunks);
        await client.SendAsync("0\r\n\r\n");
        Assert.Equal(201, (await client.ReadAsync()).Status);
    });
}
