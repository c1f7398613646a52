namespace MnistService.Security;

/// <summary>Settings under <c>MnistService:Security</c>: API keys, allowed origins and rate limits.</summary>
internal sealed class SecurityOptions
{
    internal const string Section = "MnistService:Security";

    /// <summary>
    /// Path of the key file. Default: <c>keys.json</c> in the data directory; if that file does not exist, no key is required. A file that is configured
    /// explicitly must exist, so that a failed mount does not permit access without a key.
    /// </summary>
    public string? KeysFile { get; set; }

    /// <summary>Whether remote clients are served while no keys exist. Default false: only local clients are served. Has no effect once keys exist.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Origins (such as <c>https://digits.example.com</c>) whose pages may call this service from a browser: a list, or one value with <c>;</c> or <c>,</c>
    /// between the origins. Default: only the service's own origin.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Rate limits per API key and per client address, in requests per second. A burst may contain as many requests as the limit permits in five seconds.
    /// </summary>
    public RequestRates RequestsPerSecond { get; set; } = new();

    /// <summary>
    /// Maximum requests per second with a missing or invalid key, per client address. Further requests without a valid key are answered with 429 instead of 400
    /// or 401. 0 means unlimited. Default 10, with bursts of up to 50.
    /// </summary>
    public int FailuresPerSecond { get; set; } = 10;
}

/// <summary>Maximum requests per second of one API key and of one client address. 0 means unlimited; the queue limits still apply.</summary>
internal sealed class RequestRates
{
    /// <summary>Maximum requests per second per API key. Default 0: unlimited.</summary>
    public int PerKey { get; set; }

    /// <summary>Maximum requests per second per client address; an IPv6 /64 network counts as one address. Default 0: unlimited.</summary>
    public int PerAddress { get; set; }
}
