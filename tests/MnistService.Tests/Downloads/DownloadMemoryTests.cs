using MnistService.TestSupport;

namespace MnistService.Tests.Downloads;

/// <summary>Memory that downloads allocate. The counter covers the whole process, so these tests run alone.</summary>
[Collection(AloneCollection.Name)]
public sealed class DownloadMemoryTests(ServiceApplication application) : IClassFixture<ServiceApplication>
{
    private const int Downloads = 40;

    [Theory]
    [InlineData("weights.pth")]
    [InlineData("model.onnx")]
    public async Task A_converted_file_is_streamed_and_not_copied_for_each_client(string file)
    {
        using var client = application.Start();
        var path = $"/models/{(string)(await client.GetJsonAsync("/models/current"))["id"]!}/{file}";
        var length = (await client.GetByteArrayAsync(path, TestHttp.Cancellation)).Length;
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < Downloads; i++)
        {
            using var answer = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestHttp.Cancellation);
            await answer.EnsureSuccessStatusCode().Content.CopyToAsync(Stream.Null, TestHttp.Cancellation);
        }
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated < 10L * length, $"{Downloads} downloads of {length} bytes allocated {allocated} bytes.");
    }
}
