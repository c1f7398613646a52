using MnistService.Connections;
using MnistService.Connections.Memory;
using MnistService.Startup;

namespace MnistService.Tests.Connections.Memory;

public class MemoryPlanTests
{
    private const long MB = 1 << 20, Base = 96 * MB, Images = 64 * MB; // Base: memory of the service without clients, see decision 0014

    private static readonly MemoryBound[] Bounds = [new("decoded images", "MnistService:Predict:MaxPixels", Images)];
    private static readonly long Each = new ConnectionOptions().BytesPerConnection;

    [Theory]
    [InlineData(183)]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(1_024)]
    [InlineData(24_000)]
    [InlineData(512_000)]
    public void The_defaults_fit_the_memory(long available)
    {
        var plan = Plan(available);
        Assert.InRange(plan.Connections, 64, 16_384);
        Assert.InRange(plan.BodyBytes, 8 * MB, 256 * MB);
        Assert.Equal(Base + Images + plan.BodyBytes + plan.Connections * Each, plan.Needed);
        Assert.InRange(plan.Needed, 1, available * MB);
    }

    [Fact]
    public void The_lowest_defaults_need_more_than_a_very_small_memory()
    {
        var plan = Plan(182);
        Assert.Equal((64, 8 * MB), (plan.Connections, plan.BodyBytes));
        Assert.InRange(plan.Needed, 182 * MB + 1, 183 * MB);
    }

    [Fact]
    public void With_much_memory_the_defaults_are_the_documented_ones()
    {
        var plan = Plan(24_000);
        Assert.Equal((16_384, 32_768, 256 * MB), (plan.Connections, plan.ConnectionsWithWaiting, plan.BodyBytes));
    }

    /// <summary>Each admitted, waiting or refused connection is an open file. At least 512 files, or half of the limit, are left for everything else.</summary>
    [Theory]
    [InlineData(100, 36, 44, 6)]
    [InlineData(1_024, 384, 448, 64)]
    [InlineData(20_000, 14_616, 18_464, 1_024)]
    [InlineData(long.MaxValue, 16_384, 32_768, 1_024)] // no limit
    public void The_limit_of_open_files_is_never_reached_by_connections(long openFiles, int connections, int withWaiting, int dropped)
    {
        var plan = Plan(24_000, openFiles: openFiles);
        Assert.Equal((connections, withWaiting, dropped), (plan.Connections, plan.ConnectionsWithWaiting, plan.MostDropped));
        Assert.InRange(openFiles - withWaiting - dropped, Math.Min(512, openFiles / 2), openFiles);
    }

    [Fact]
    public void A_default_makes_room_for_what_is_set()
    {
        Assert.Equal(100 * MB, Plan(512, bodies: 100).BodyBytes);
        var plan = Plan(512, connections: 1_500);
        Assert.Equal((1_500, true), (plan.Connections, plan.BodyBytes >= 8 * MB));
    }

    [Theory]
    [InlineData(10_000, 0, "MnistService:Connections:MaxConnections is 10000")]
    [InlineData(0, 400, "MnistService:Predict:MaxBytesInFlight is 400 MB")]
    public void What_is_set_and_does_not_fit_stops_the_start_with_its_name(int connections, long bodies, string expected)
    {
        var failure = Assert.Throws<SettingException>(() => Plan(384, connections, bodies));
        Assert.StartsWith(expected, failure.Message, StringComparison.Ordinal);
        Assert.Contains("384 MB", failure.Message, StringComparison.Ordinal);
        Assert.Contains("MnistService:Predict:MaxPixels", failure.Message, StringComparison.Ordinal);
    }

    private static MemoryPlan Plan(long available, int connections = 0, long bodies = 0, long openFiles = 1 << 20) =>
        new(available * MB, new() { MaxConnections = connections }, bodies * MB, Bounds, openFiles);
}
