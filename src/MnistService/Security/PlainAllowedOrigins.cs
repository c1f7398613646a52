using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Adds the origins of <c>AllowedOrigins</c> if the setting is a single value, such as an environment variable. The configuration binder fills an array
/// only from numbered children and ignores the value of the array itself.
/// </summary>
internal sealed class PlainAllowedOrigins(IConfiguration configuration) : IPostConfigureOptions<SecurityOptions>
{
    private static readonly char[] Separators = [';', ',', ' ', '\t', '\r', '\n'];

    public void PostConfigure(string? name, SecurityOptions options)
    {
        var value = configuration[$"{SecurityOptions.Section}:{nameof(SecurityOptions.AllowedOrigins)}"] ?? "";
        var origins = value.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        options.AllowedOrigins = [.. options.AllowedOrigins, .. origins.Except(options.AllowedOrigins)];
    }
}
