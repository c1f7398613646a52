using System.Net;
using MnistService.Connections;

namespace MnistService.Tests.Connections;

/// <summary>Which client networks are heavy, and how long that is remembered.</summary>
public sealed class ClientNetworksTests
{
    private const int VeryHeavy = 8, MostRemembered = 4_096;
    private const long RememberedFor = 10_000, KnownFor = 60_000;

    private readonly ClientNetworks _networks;
    private readonly Dictionary<string, ClientNetwork> _opened = [];
    private long _now = 1_000;

    public ClientNetworksTests() => _networks = new(() => _now);

    [Theory]
    [InlineData(6, false)] // as many as a browser opens
    [InlineData(VeryHeavy - 1, false)]
    [InlineData(VeryHeavy, true)]
    public void A_network_is_heavy_after_its_connections_end_if_there_were_at_least_eight(int connections, bool isHeavy)
    {
        Assert.True(Open("10.0.0.1", connections).IsHeavy);
        Close("10.0.0.1", connections);
        Assert.Equal(isHeavy, Open("10.0.0.1", 1).IsHeavy);
        Assert.False(Open("10.0.0.2", 1).IsHeavy);
    }

    [Fact]
    public void Ten_seconds_after_the_last_connections_ended_a_network_is_forgotten()
    {
        Open("10.0.0.1", VeryHeavy);
        _now += 3 * RememberedFor; // the time does not count while the connections are open
        Close("10.0.0.1", VeryHeavy);
        _now += RememberedFor - 1;
        Open("10.0.0.2", 1);
        Assert.Equal(2, _networks.Count);
        _now += 1;
        Open("10.0.0.2", 1);
        Assert.Equal(1, _networks.Count);
        Assert.False(Open("10.0.0.1", 1).IsHeavy);
    }

    [Fact]
    public void A_network_that_returns_while_it_waits_to_be_forgotten_has_one_object()
    {
        var network = Open("10.0.0.1", VeryHeavy);
        Close("10.0.0.1", VeryHeavy - 1);
        _now += RememberedFor - 3_000;
        Open("10.0.0.2", VeryHeavy); // is forgotten later, and therefore keeps the other one in the queue
        Close("10.0.0.2", VeryHeavy);
        _now += 1_000;
        Close("10.0.0.1", 1);
        _now += 1_000;
        Open("10.0.0.1", 1);
        _now += 2_000; // the first network is no longer remembered as very heavy
        Close("10.0.0.1", 1);
        Assert.Same(network, Open("10.0.0.1", 1));
        _now += RememberedFor;
        Open("10.0.0.3", 1);
        Assert.Same(network, Open("10.0.0.1", 1));
        Assert.Equal(2, network.Connections);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Dropped_connections_count_with_those_that_are_open(int dropped, bool isHeavy)
    {
        var network = Open("10.0.0.1", 3);
        for (var i = 0; i < dropped; i++)
        {
            Open("10.0.0.1", 1);
            network.RemoveUnanswered();
            network.AddDropped();
            _networks.Remove(network);
        }
        Open("10.0.0.1", 1);
        Close("10.0.0.1", 3);
        Assert.Equal(1, network.Connections);
        Assert.Equal(isHeavy, network.IsHeavy);
    }

    [Fact]
    public void Dropped_connections_do_not_count_if_the_network_has_few_others()
    {
        var network = Open("10.0.0.1", 2);
        for (var i = 0; i < 3 * VeryHeavy; i++)
        {
            Open("10.0.0.1", 1);
            network.RemoveUnanswered();
            network.AddDropped();
            _networks.Remove(network);
        }
        Assert.False(Open("10.0.0.1", 1).IsHeavy);
    }

    [Fact]
    public void Answered_connections_do_not_make_a_network_heavy()
    {
        for (var i = 0; i < 3 * VeryHeavy; i++) Open("10.0.0.1", 1).RemoveUnanswered();
        Assert.Equal(3 * VeryHeavy, _opened["10.0.0.1"].Connections);
        Assert.False(_opened["10.0.0.1"].IsHeavy);
    }

    [Theory]
    [InlineData(1, KnownFor - 1, true)]
    [InlineData(1, KnownFor, false)]
    [InlineData(VeryHeavy, 0, false)]
    [InlineData(VeryHeavy, RememberedFor, true)]
    public void A_network_is_known_for_a_minute_after_a_successful_response_unless_it_is_heavy(int connections, long later, bool isKnown)
    {
        Open("10.0.0.1", connections).AddServed();
        Close("10.0.0.1", connections);
        _now += later;
        Open("10.0.0.2", 1);
        Assert.Equal(isKnown, Open("10.0.0.1", 1).IsKnown);
        Assert.False(_opened["10.0.0.2"].IsKnown);
    }

    [Fact]
    public void Only_so_many_networks_are_remembered()
    {
        for (var i = 0; i < 2 * MostRemembered; i++) Open($"10.1.{i / 256}.{i % 256}", VeryHeavy);
        for (var i = 0; i < 2 * MostRemembered; i++) Close($"10.1.{i / 256}.{i % 256}", VeryHeavy);
        Assert.Equal(MostRemembered, _networks.Count);
        Assert.True(Open("10.1.31.255", 1).IsHeavy); // the newest is remembered
        Assert.False(Open("10.1.0.0", 1).IsHeavy); // the oldest is not
    }

    private ClientNetwork Open(string address, int count)
    {
        for (var i = 0; i < count; i++) _opened[address] = _networks.Add(ClientNetwork.PrefixOf(IPAddress.Parse(address)));
        return _opened[address];
    }

    /// <summary>Closes connections that have no completed response.</summary>
    private void Close(string address, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _opened[address].RemoveUnanswered();
            _networks.Remove(_opened[address]);
        }
    }
}
