using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MnistService.ModelRegistry;
using MnistService.Tests.BadInputs;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.Downloads;

/// <summary>Downloads: a model is converted once, parallel downloads are limited, and a concurrent deletion yields a complete file or 404.</summary>
public sealed class DownloadTests : IAsyncDisposable
{
    private const int MaxConcurrent = 3;
    private static readonly string Row = string.Join(',', Enumerable.Repeat(0, 784));

    private readonly ServiceApplication _application = ServiceApplication.WithModelsOfItsOwn(
        ("MnistService:Downloads:MaxConcurrent", $"{MaxConcurrent}"), ("MnistService:Downloads:MaxCacheBytes", "4000000"));

    private readonly HttpClient _client;

    public DownloadTests() => _client = _application.Start();

    private string Models => Path.Combine(_application.Folder, "models");

    private string Cache => Path.Combine(_application.Folder, "data", "downloads");

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private async Task<string> CurrentAsync() => (string)(await _client.GetJsonAsync("/models/current"))["id"]!;

    private async Task<string> SubmissionAsync()
    {
        using var created = await _client.PostAsync("/submissions", TestHttp.Body(Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{Row}\n")), TestHttp.Cancellation);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return created.Headers.Location!.OriginalString;
    }

    /// <summary>Copies the served model under the id <c>cnn-copy</c> followed by a number.</summary>
    /// <returns>The id of the copy.</returns>
    private async Task<string> CopyModelAsync(int number)
    {
        var id = $"cnn-copy{number}";
        ServiceFolder.CopyModel(Models, await CurrentAsync(), id);
        return id;
    }

    private long Conversions => _application.Services.GetRequiredService<ConvertedModels>().Conversions;

    [Theory]
    [InlineData("weights.pth")]
    [InlineData("model.onnx")]
    public async Task A_model_is_converted_once_and_streamed_to_every_client(string file)
    {
        var path = $"/models/{await CurrentAsync()}/{file}";
        var first = await _client.GetByteArrayAsync(path, TestHttp.Cancellation);
        for (var i = 0; i < 10; i++)
        {
            using var answer = await _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
            Assert.Equal(first.Length, answer.EnsureSuccessStatusCode().Content.Headers.ContentLength);
            await answer.Content.CopyToAsync(Stream.Null, TestHttp.Cancellation);
        }
        Assert.Equal(1, Conversions);
        Assert.Equal(first, await _client.GetByteArrayAsync(path, TestHttp.Cancellation));
    }

    [Fact]
    public async Task Clients_that_ask_at_the_same_time_wait_for_the_same_conversion()
    {
        var path = $"/models/{await CurrentAsync()}/model.onnx";
        var files = await Task.WhenAll(Enumerable.Range(0, MaxConcurrent).Select(_ => _client.GetByteArrayAsync(path, TestHttp.Cancellation)));
        Assert.All(files, file => Assert.Equal(files[0], file));
        Assert.Equal(1, Conversions);
    }

    [Fact]
    public async Task More_downloads_at_once_than_the_limit_are_429_with_Retry_After_whatever_is_downloaded()
    {
        var submission = await SubmissionAsync();
        await using (var file = new FileStream(Path.Combine(_application.Folder, "data", $"{submission[1..]}.csv"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(64 << 20); // more than the kernel buffers for a client that does not read
        var id = await CurrentAsync();
        var readers = new List<RawClient>();
        for (var i = 0; i < MaxConcurrent; i++)
        {
            readers.Add(await RawClient.ConnectAsync(_client.BaseAddress!, receiveBuffer: 4096));
            await readers[^1].SendAsync($"GET {submission}/submission.csv HTTP/1.1\r\nHost: x\r\n\r\n");
            await TestHttp.EventuallyAsync(() => Task.FromResult(readers[^1].IsAnswered));
        }
        string[] paths = [$"/models/{id}/weights.safetensors", $"/models/{id}/weights.pth", $"/models/{id}/model.onnx", $"{submission}/submission.csv"];
        foreach (var path in paths)
        {
            using var busy = await _client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
            await busy.ProblemAsync(429, "downloads_busy");
            Assert.NotNull(busy.Headers.RetryAfter?.Delta);
        }
        foreach (var reader in readers) reader.Reset();
        await TestHttp.EventuallyAsync(async () => (await _client.GetAsync(paths[0], TestHttp.Cancellation)).IsSuccessStatusCode);
        foreach (var path in paths[..3]) (await _client.GetAsync(path, TestHttp.Cancellation)).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData("/swagger/v1/swagger.json")]
    [InlineData("/swagger/swagger-ui-bundle.js")]
    public async Task The_API_documentation_counts_as_a_download(string path)
    {
        var readers = new List<RawClient>();
        for (var i = 0; i < MaxConcurrent; i++)
        {
            readers.Add(await RawClient.ConnectAsync(_client.BaseAddress!, receiveBuffer: 4096));
            await readers[^1].SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
            await TestHttp.EventuallyAsync(() => Task.FromResult(readers[^1].IsAnswered));
        }
        using (var busy = await _client.GetAsync(path, TestHttp.Cancellation))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, busy.StatusCode);
            Assert.Contains("\"downloads_busy\"", await busy.Content.ReadAsStringAsync(TestHttp.Cancellation), StringComparison.Ordinal);
            Assert.NotNull(busy.Headers.RetryAfter?.Delta);
        }
        foreach (var reader in readers) reader.Reset();
        await TestHttp.EventuallyAsync(async () => (await _client.GetAsync(path, TestHttp.Cancellation)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Converted_files_are_bounded_and_go_with_their_model()
    {
        var served = await CurrentAsync();
        var copies = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            copies.Add(await CopyModelAsync(i));
            (await _client.GetAsync($"/models/{copies[^1]}/weights.pth", TestHttp.Cancellation)).EnsureSuccessStatusCode();
            Assert.InRange(new DirectoryInfo(Cache).EnumerateFiles().Sum(file => file.Length), 1, 4_000_000);
        }
        Assert.NotEmpty(Directory.GetFiles(Cache, $"{copies[^1]}.*"));
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/models/{copies[^1]}", TestHttp.Cancellation)).StatusCode);
        Assert.Empty(Directory.GetFiles(Cache, $"{copies[^1]}.*"));
        await (await _client.GetAsync($"/models/{copies[^1]}/weights.pth", TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
        (await _client.GetAsync($"/models/{served}/weights.pth", TestHttp.Cancellation)).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData("weights.pth")]
    [InlineData("model.onnx")]
    [InlineData("weights.safetensors")]
    [InlineData("evaluation")]
    [InlineData("")]
    public async Task A_download_of_a_model_that_is_deleted_meanwhile_is_whole_or_404(string file)
    {
        for (var i = 0; i < 15; i++)
        {
            var id = await CopyModelAsync(i);
            var reads = Enumerable.Range(0, MaxConcurrent).Select(async n =>
            {
                await Task.Delay(n * 2, TestHttp.Cancellation);
                return await _client.GetAsync($"/models/{id}/{file}".TrimEnd('/'), TestHttp.Cancellation);
            }).ToList();
            await Task.Delay(i, TestHttp.Cancellation);
            await _client.DeleteAsync($"/models/{id}", TestHttp.Cancellation);
            foreach (var answer in await Task.WhenAll(reads)) await AssertWholeOrGoneAsync(answer);
        }
    }

    [Fact]
    public async Task A_download_of_a_submission_that_is_deleted_meanwhile_is_whole_or_404()
    {
        for (var i = 0; i < 100; i++)
        {
            var submission = await SubmissionAsync();
            var reads = Enumerable.Range(0, MaxConcurrent).Select(_ => _client.GetAsync($"{submission}/submission.csv", TestHttp.Cancellation)).ToList();
            await _client.DeleteAsync(submission, TestHttp.Cancellation);
            foreach (var answer in await Task.WhenAll(reads)) await AssertWholeOrGoneAsync(answer);
        }
    }

    [Theory]
    [InlineData("weights.pth")]
    [InlineData("model.onnx")]
    [InlineData("weights.safetensors")]
    public async Task A_file_of_a_model_that_is_not_there_is_never_a_server_path(string file)
    {
        var id = await CopyModelAsync(1);
        File.Delete(Path.Combine(Models, id, "weights.safetensors"));
        using var answer = await _client.GetAsync($"/models/{id}/{file}", TestHttp.Cancellation);
        Assert.Contains((int)answer.StatusCode, new[] { 404, 500 });
        Assert.DoesNotContain(_application.Folder, await answer.Content.ReadAsStringAsync(TestHttp.Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Promoting_a_model_that_is_unknown_or_deleted_meanwhile_is_404()
    {
        await (await _client.PostAsync("/models/none/promote?force=true", null, TestHttp.Cancellation)).ProblemAsync(404, "model_not_found");
        var current = await CurrentAsync();
        for (var i = 0; i < 20; i++)
        {
            var id = await CopyModelAsync(i);
            // Deletions and promotions exclude each other. Several rounds make both orders likely.
            var promotions = Enumerable.Range(0, 3).Select(_ => _client.PostAsync($"/models/{id}/promote?force=true", null, TestHttp.Cancellation)).ToList();
            using var deletion = await _client.DeleteAsync($"/models/{id}", TestHttp.Cancellation);
            foreach (var answer in await Task.WhenAll(promotions))
            {
                if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Conflict) continue;
                await answer.ProblemAsync(404, "model_not_found");
            }
            (await _client.PostAsync($"/models/{current}/promote?force=true", null, TestHttp.Cancellation)).EnsureSuccessStatusCode();
        }
    }

    /// <summary>The weights file is a named pipe, so the service blocks while it reads it. The test deletes the model, then closes the pipe.</summary>
    [Theory]
    [InlineData("weights.pth")]
    [InlineData("model.onnx")]
    public async Task A_model_that_is_deleted_while_it_is_converted_is_404(string file)
    {
        var id = await CopyModelAsync(1);
        await using var weights = MakePipe(id, out var opened);
        var download = _client.GetAsync($"/models/{id}/{file}", TestHttp.Cancellation);
        await opened;
        Assert.Equal(HttpStatusCode.NoContent, (await _client.DeleteAsync($"/models/{id}", TestHttp.Cancellation)).StatusCode);
        (await opened).Dispose();
        await (await download).ProblemAsync(404, "model_not_found");
    }

    /// <summary>Promotions run one at a time. While a named pipe blocks the first, the folder of the second model is deleted, as by another process.</summary>
    [Fact]
    public async Task A_model_that_is_deleted_while_its_promotion_waits_is_404()
    {
        var (first, second) = (await CopyModelAsync(1), await CopyModelAsync(2));
        await using var weights = MakePipe(first, out var opened);
        var holdUp = _client.PostAsync($"/models/{first}/promote?force=true", null, TestHttp.Cancellation);
        await opened;
        var promotion = _client.PostAsync($"/models/{second}/promote?force=true", null, TestHttp.Cancellation);
        await Task.Delay(500, TestHttp.Cancellation); // time for the second promotion to queue; a later one would also get 404
        Directory.Delete(Path.Combine(Models, second), recursive: true);
        (await opened).Dispose();
        await (await promotion).ProblemAsync(404, "model_not_found");
        await (await holdUp).ProblemAsync(422, "model_unusable");
    }

    private Pipe MakePipe(string id, out Task<FileStream> opened)
    {
        var path = Path.Combine(Models, id, "weights.safetensors");
        File.Delete(path);
        using (var made = System.Diagnostics.Process.Start("mkfifo", [path])) made.WaitForExit();
        // The constructor returns when the service opens the other end of the pipe.
        opened = Task.Run(() => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), TestHttp.Cancellation);
        return new Pipe(opened);
    }

    private sealed class Pipe(Task<FileStream> opened) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (opened.IsCompletedSuccessfully) await (await opened).DisposeAsync();
        }
    }

    private async Task AssertWholeOrGoneAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(TestHttp.Cancellation);
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{(int)answer.StatusCode}: {text}");
        Assert.DoesNotContain(_application.Folder, text, StringComparison.Ordinal);
        if (answer.StatusCode == HttpStatusCode.OK && answer.Content.Headers.ContentLength is { } length)
            Assert.Equal(length, (await answer.Content.ReadAsByteArrayAsync(TestHttp.Cancellation)).Length);
        answer.Dispose();
    }
}
