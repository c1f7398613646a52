namespace MnistService.Tests.Inference;

public sealed class InferenceWorkerTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_queued_picture_is_answered_with_its_digit_and_the_model_that_read_it()
    {
        await using var room = new InferenceRoom();
        room.Publish("m1");
        var request = InferenceRoom.Request(7);

        Assert.True(room.Queue.TryEnqueue(request));

        var result = await request.Completion.WaitAsync(Soon, TestContext.Current.CancellationToken);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 1, 0, 0], result.Probabilities);
        Assert.Equal("m1", result.Model);
        Assert.Equal(1, result.BatchSize);
    }
}
