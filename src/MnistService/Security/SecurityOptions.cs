namespace MnistService.Security;

/// <summary>Settings under <c>MnistService:Security</c>.</summary>
internal sealed class SecurityOptions
{
    internal const string Section = "MnistService:Security";

    /// <summary>
    /// Where the keys are. Default: <c>keys.json</c> in the data directory, where a service without that file asks for no key. A file that is named
    /// here must be there: a mount that failed opens nothing.
    /// </summary>
    public string? KeysFile { get; set; }

    /// <summary>
    /// Without keys: whether clients of other machines are served too. Default false: only those of this one. Has no meaning once there are keys.
    /// </summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>
    /// Origins (<c>https://digits.example.com</c>) whose pages may call this service from a browser: a list, or one value with <c>;</c> or <c>,</c> between
    /// the origins. Default none but its own.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>How many requests a second one client may send; up to five seconds' worth at once.</summary>
    public RequestRates RequestsPerSecond { get; set; } = new();

    /// <summary>Requests a second from one address that are refused for their key before they are answered 429; 0: all. Default 10, 50 at once.</summary>
    public int FailuresPerSecond { get; set; } = 10;
}
