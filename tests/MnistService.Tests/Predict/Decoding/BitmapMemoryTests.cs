using MnistService.Model.Imaging;
using MnistService.Predict.Decoding;

namespace MnistService.Tests.Predict.Decoding;

public class BitmapMemoryTests
{
    private const long Bytes = 1_000;

    [Fact]
    public async Task An_image_waits_until_there_is_memory_for_it_and_one_is_always_decoded()
    {
        var memory = new BitmapMemory(8 * 2 * Bytes);
        var first = memory.Take(4 * Bytes, TestHttp.Cancellation); // half of the memory, twice the share of all images
        var next = Task.Run(() => memory.Take(Bytes, TestHttp.Cancellation), TestHttp.Cancellation);
        await Task.Delay(50, TestHttp.Cancellation);
        Assert.False(next.IsCompleted);
        first.Dispose();
        await next.WaitAsync(TimeSpan.FromSeconds(30), TestHttp.Cancellation);
        memory.Take(Bytes, TestHttp.Cancellation); // both images fit into the budget
    }

    [Fact]
    public void An_image_that_needs_more_than_half_of_the_memory_is_refused()
    {
        var memory = new BitmapMemory(512 << 20);
        memory.Take(256 << 20, TestHttp.Cancellation).Dispose();
        var error = Assert.Throws<ImageException>(() => memory.Take((256 << 20) + 1, TestHttp.Cancellation));
        Assert.Equal(ImageError.TooLarge, error.Error);
        Assert.StartsWith("Decoding the image needs 257 MB; at most 256 MB, half of the service's memory, are allowed.", error.Message, StringComparison.Ordinal);
    }
}
