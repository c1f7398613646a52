using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>Validates the settings at startup. Each error message contains the name of the setting, the value found and the values expected.</summary>
internal sealed class SecurityOptionsValidator(IConfiguration configuration) : IValidateOptions<SecurityOptions>
{
    private const int Most = 1_000_000;

    public ValidateOptionsResult Validate(string? name, SecurityOptions options)
    {
        var errors = new List<string>();
        CheckRate("RequestsPerSecond:PerKey", options.RequestsPerSecond.PerKey);
        CheckRate("RequestsPerSecond:PerAddress", options.RequestsPerSecond.PerAddress);
        CheckRate("FailuresPerSecond", options.FailuresPerSecond);
        // The configuration binder ignores a plain value where it expects an object.
        if (configuration[$"{SecurityOptions.Section}:RequestsPerSecond"] is { Length: > 0 } plain)
            errors.Add($"{SecurityOptions.Section}:RequestsPerSecond is '{plain}'; expected the settings RequestsPerSecond:PerKey and RequestsPerSecond:PerAddress.");
        foreach (var origin in options.AllowedOrigins.Where(origin => !IsOrigin(origin)))
            errors.Add($"{SecurityOptions.Section}:AllowedOrigins has '{origin}'; expected a scheme, a host and an optional port without a path, for example https://digits.example.com.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckRate(string setting, int found)
        {
            if (found is < 0 or > Most) errors.Add($"{SecurityOptions.Section}:{setting} is {found}; expected 0 (no limit) to {Most} per second.");
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && uri.GetLeftPart(UriPartial.Authority) == text;
}
