using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace MnistService.Tests.Submissions;

/// <summary>Progress of a running upload, queried by the name that its client chose.</summary>
public sealed class RunningSubmissionTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private static readonly byte[] Rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(string.Join(',', Enumerable.Repeat(0, 784)) + "\n", 640)));

    [Fact]
    public async Task Rows_are_counted_while_they_come_and_forgotten_afterwards()
    {
        // The test factory's client buffers the whole body before it sends it.
        using var client = new HttpClient { BaseAddress = application.Start().BaseAddress };
        Assert.Null(await RowsAsync(client, "mine"));
        var pipe = new Pipe();
        var upload = client.PostAsync("/submissions?upload=mine", new StreamContent(pipe.Reader.AsStream()), TestHttp.Cancellation);
        await pipe.Writer.WriteAsync(Rows, TestHttp.Cancellation);
        await TestHttp.EventuallyAsync(async () => await RowsAsync(client, "mine") is >= 64 and <= 640); // a few blocks of rows are still in the pipeline
        Assert.Null(await RowsAsync(client, "another"));
        await pipe.Writer.WriteAsync(Rows, TestHttp.Cancellation);
        await TestHttp.EventuallyAsync(async () => await RowsAsync(client, "mine") is >= 704 and <= 1280);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(HttpStatusCode.Created, (await upload).StatusCode);
        await TestHttp.EventuallyAsync(async () => await RowsAsync(client, "mine") is null);
    }

    [Fact]
    public async Task A_bad_upload_and_one_of_too_long_a_name_are_forgotten_too()
    {
        using var client = application.Start();
        await (await client.PostAsync("/submissions?upload=bad", TestHttp.Body("x\n1\n"u8.ToArray(), "text/csv"), TestHttp.Cancellation)).ProblemAsync(422, "csv_bad_header");
        Assert.Null(await RowsAsync(client, "bad"));
        var answer = await client.PostAsync($"/submissions?upload={new string('a', 1000)}", TestHttp.Body(Rows, "text/csv"), TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<int?> RowsAsync(HttpClient client, string upload) => (int?)(await client.GetJsonAsync($"/submissions/running/{upload}"))["rows"];
}
