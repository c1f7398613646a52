using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Startup;

namespace MnistService.Tests.Connections.Memory;

public class MemoryPlanTests
{
    private const long MB = 1 << 20;

    private static readonly MemoryBound[] Bounds = [new("decoded images", "MnistService:Predict:MaxPixels", 64 * MB)];

    [Theory]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(1_024)]
    [InlineData(24_000)]
    [InlineData(512_000)]
    public void The_defaults_fit_the_memory(long available)
    {
        var options = new ConnectionOptions();
        var plan = new MemoryPlan(available * MB, options, 0, Bounds);
        Assert.InRange(plan.Connections, 64, 16_384);
        Assert.InRange(plan.BodyBytes, 8 * MB, 256 * MB);
        Assert.InRange(plan.BodyBytes + plan.Connections * options.BytesPerConnection + 64 * MB, 1, available * MB);
    }

    [Fact]
    public void With_much_memory_the_defaults_are_the_documented_ones()
    {
        var plan = new MemoryPlan(24_000 * MB, new(), 0, Bounds);
        Assert.Equal((Math.Min(16_384, OpenFiles.ForConnections * 3 / 4), 256 * MB), (plan.Connections, plan.BodyBytes));
    }

    [Fact]
    public void A_default_makes_room_for_what_is_set()
    {
        Assert.Equal(100 * MB, new MemoryPlan(512 * MB, new(), 100 * MB, Bounds).BodyBytes);
        var plan = new MemoryPlan(512 * MB, new() { MaxConnections = 1_500 }, 0, Bounds);
        Assert.Equal((1_500, true), (plan.Connections, plan.BodyBytes >= 8 * MB));
    }

    [Theory]
    [InlineData(10_000, 0, "MnistService:Connections:MaxConnections is 10000")]
    [InlineData(0, 400, "MnistService:Predict:MaxBytesInFlight is 400 MB")]
    public void What_is_set_and_does_not_fit_stops_the_start_with_its_name(int connections, long bodies, string expected)
    {
        var failure = Assert.Throws<SettingException>(() => new MemoryPlan(384 * MB, new() { MaxConnections = connections }, bodies * MB, Bounds));
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("384 MB", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MnistService:Predict:MaxPixels", failure.Message, StringComparison.Ordinal);
    }
}
