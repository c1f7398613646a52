using System.Net;
using MnistService.Connections;

namespace MnistService.Tests.Connections;

/// <summary>Which client networks are heavy, and how long that is remembered.</summary>
public sealed class ClientNetworksTests
{
    private const int VeryHeavy = 8, MostKept = 4_096;

    private readonly ClientNetworks _networks = new();
    private readonly Dictionary<string, ClientNetwork> _opened = [];

    [Fact]
    public void A_network_with_as_many_connections_as_a_browser_opens_is_not_heavy_after_they_end()
    {
        Assert.True(Open("10.0.0.1", 6).IsHeavy);
        CloseAll("10.0.0.1", 6);
        Assert.False(Open("10.0.0.1", 1).IsHeavy);
    }

    [Fact]
    public void A_network_with_more_connections_than_a_browser_opens_is_heavy_after_they_end()
    {
        Open("10.0.0.1", VeryHeavy);
        CloseAll("10.0.0.1", VeryHeavy);
        Assert.True(Open("10.0.0.1", 1).IsHeavy);
        Assert.False(Open("10.0.0.2", 1).IsHeavy);
    }

    [Fact]
    public void Dropped_connections_count_with_those_that_are_open()
    {
        var network = Open("10.0.0.1", VeryHeavy / 2);
        for (var i = 0; i < VeryHeavy / 2; i++) network.AddDropped();
        Open("10.0.0.1", 1);
        CloseAll("10.0.0.1", VeryHeavy / 2);
        Assert.Equal(1, network.Connections);
        Assert.True(network.IsHeavy);
    }

    [Fact]
    public void Answered_connections_do_not_make_a_network_heavy()
    {
        for (var i = 0; i < 3 * VeryHeavy; i++)
        {
            Open("10.0.0.1", 1);
            CloseAll("10.0.0.1", 1);
        }
        Assert.False(Open("10.0.0.1", 1).IsHeavy);
    }

    [Fact]
    public void Few_networks_without_connections_are_kept()
    {
        for (var i = 0; i < 2 * MostKept; i++)
        {
            var address = $"10.1.{i / 256}.{i % 256}";
            Open(address, VeryHeavy);
            CloseAll(address, VeryHeavy);
        }
        Open("10.0.0.1", 1);
        Assert.InRange(_networks.Count, 1, MostKept + 1);
        Assert.True(Open("10.1.31.255", 1).IsHeavy); // the newest is kept
        Assert.False(Open("10.1.0.0", 1).IsHeavy); // the oldest is not
    }

    private ClientNetwork Open(string address, int count)
    {
        ClientNetwork network = null!;
        for (var i = 0; i < count; i++) network = _networks.Add(ClientNetwork.PrefixOf(IPAddress.Parse(address)));
        return _opened[address] = network;
    }

    /// <summary>Closes connections without completed responses.</summary>
    private void CloseAll(string address, int count)
    {
        for (var i = 0; i < count; i++)
        {
            _opened[address].RemoveUnanswered();
            _networks.Remove(_opened[address]);
        }
    }
}
