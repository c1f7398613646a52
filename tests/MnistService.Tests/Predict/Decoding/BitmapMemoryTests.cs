using MnistService.Predict.Decoding;

namespace MnistService.Tests.Predict.Decoding;

public class BitmapMemoryTests
{
    private const long Pixels = 1_000;

    [Fact]
    public async Task An_image_waits_until_there_is_memory_for_it_and_one_is_always_decoded()
    {
        var memory = new BitmapMemory(2 * Pixels * BitmapMemory.BytesPerPixel);
        memory.Take(10 * Pixels); // larger than the whole budget
        var next = Task.Run(() => memory.Take(Pixels), TestHttp.Cancellation);
        await Task.Delay(50, TestHttp.Cancellation);
        Assert.False(next.IsCompleted);
        memory.Return(10 * Pixels);
        await next.WaitAsync(TimeSpan.FromSeconds(30), TestHttp.Cancellation);
        memory.Take(Pixels); // both images fit into the budget
    }
}
