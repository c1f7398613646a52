using Microsoft.Extensions.Options;

namespace MnistService.Tests.Inference;

public sealed class InferenceOptionsTests
{
    [Theory]
    [InlineData("Device", "gpu")]
    [InlineData("Device", "cuda:x")]
    [InlineData("Device", "cpu\n")]
    [InlineData("QueueCapacity", "0")]
    [InlineData("BulkCapacity", "7")]
    [InlineData("MaxBatchSize", "-1")]
    [InlineData("MaxBatchDelay", "00:00:02")]
    [InlineData("Workers", "-1")]
    [InlineData("Deadline", "00:00:00")]
    public async Task A_bad_setting_stops_the_start_with_a_message_that_names_it(string setting, string value)
    {
        await using var room = new InferenceRoom(settings: (setting, value));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(room.StartAsync);

        Assert.Contains($"MnistService:Inference:{setting} is '", exception.Message, StringComparison.Ordinal);
        Assert.Contains("expected", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public async Task A_device_is_read_from_the_configuration(string device)
    {
        await using var room = new InferenceRoom(settings: ("Device", device));
        await room.StartAsync();

        Assert.Equal(device, room.Options.Device);
    }

    [Fact]
    public async Task Workers_and_batch_size_follow_the_device_unless_they_are_set()
    {
        await using var byDevice = new InferenceRoom();
        Assert.Equal((Environment.ProcessorCount, 32), (byDevice.Options.WorkersOn("cpu"), byDevice.Options.MaxBatchSizeOn("cpu")));
        Assert.Equal((2, 256), (byDevice.Options.WorkersOn("cuda:0"), byDevice.Options.MaxBatchSizeOn("cuda:0")));

        await using var set = new InferenceRoom(settings: [("Workers", "3"), ("MaxBatchSize", "48")]);
        Assert.Equal((3, 48), (set.Options.WorkersOn("cuda:0"), set.Options.MaxBatchSizeOn("cpu")));
    }
}
