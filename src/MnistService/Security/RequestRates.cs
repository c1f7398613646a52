namespace MnistService.Security;

/// <summary>Maximum requests per second. 0 means unlimited; the queue limits still apply.</summary>
internal sealed class RequestRates
{
    /// <summary>Maximum requests per second per API key. Default 0: unlimited.</summary>
    public int PerKey { get; set; }

    /// <summary>Maximum requests per second per client address; an IPv6 /64 network counts as one address. Default 0: unlimited.</summary>
    public int PerAddress { get; set; }
}
