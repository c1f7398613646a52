namespace MnistService.Security;

/// <summary>Requests a second that are served; 0: as many as come, which the service's own limits bear.</summary>
internal sealed class RequestRates
{
    /// <summary>With the same key. Default 0.</summary>
    public int PerKey { get; set; }

    /// <summary>From the same address; an IPv6 network of 64 bits counts as one. Default 0.</summary>
    public int PerAddress { get; set; }
}
