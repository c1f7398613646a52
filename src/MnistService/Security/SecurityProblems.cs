using MnistService.Http;

namespace MnistService.Security;

/// <summary>Errors of access control. They never contain the key that was sent.</summary>
internal static class SecurityProblems
{
    private const string Send = "X-API-Key, or as Authorization: Bearer.";

    internal static readonly ProblemType
        Ambiguous = new(400, "key_ambiguous", "More than one key was sent", $"Expected one key, in {Send}"),
        Missing = new(401, "key_missing", "An API key is required", $"Send a key in the header {Send}"),
        Anonymous = new(401, "key_missing", "An API key is required",
            "This service has no keys, and without keys it serves only its own machine. On that machine, create a key with 'dotnet MnistService.dll keys add NAME predict', " +
            $"or set {SecurityOptions.Section}:AllowAnonymous=true to serve all clients without keys."),
        Unknown = new(401, "key_unknown", "The key is not valid", "The key that was sent does not exist; it may have been removed."),
        ScopeMissing = new(403, "scope_missing", "The key does not have the required scope", "This request needs the scope {0}, which the key '{1}' does not have.", "admin", "kiosk"),
        NoScope = new(403, "scope_missing", "The key does not have the required scope", "This address has no scope, so no key can access it."),
        RateOfAddress = new(429, "rate_limited", "Too many requests",
            $"This address sends more than {{0}} requests per second ({SecurityOptions.Section}:RequestsPerSecond:PerAddress).", 1000),
        RateOfKey = new(429, "rate_limited", "Too many requests",
            $"The key '{{0}}' sends more than {{1}} requests per second ({SecurityOptions.Section}:RequestsPerSecond:PerKey).", "kiosk", 100),
        RateOfFailures = new(429, "rate_limited", "Too many requests",
            $"This address sends more than {{0}} requests per second without a valid key ({SecurityOptions.Section}:FailuresPerSecond).", 10);
}
