using Microsoft.Extensions.DependencyInjection;
using MnistService.Connections.Memory;

namespace MnistService.Tests.Predict;

/// <summary>Request bodies at the largest size limit that the settings allow, 1 GiB.</summary>
public sealed class LargestImageTests
{
    private const int Limit = 1 << 30;
    private const long Needed = 6L << 30;

    [Fact]
    public async Task A_body_grows_to_a_limit_of_one_gibibyte_and_not_beyond()
    {
        Assert.SkipWhen(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < Needed, "The test needs 6 GB of memory.");
        await using var service = new ServiceApplication(("MnistService:Predict:MaxBytesInFlight", $"{4L << 30}"), ("MnistService:Connections:MaxConnections", "100"));
        using var client = service.Start();
        var memory = service.Services.GetRequiredService<RequestMemoryBudget>();
        using (var lease = memory.Begin())
        {
            Assert.Equal(BodyEnd.TooLarge, (await PooledBuffer.ReadAsync(new Endless(), null, Limit, lease)).End);
        }
        Assert.Equal(0, memory.Taken);
    }

    /// <summary>An endless stream. Each read fills the whole buffer and leaves its contents unchanged.</summary>
    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(buffer.Length);
    }
}
