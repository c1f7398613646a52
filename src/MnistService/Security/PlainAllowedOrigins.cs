using Microsoft.Extensions.Options;

namespace MnistService.Security;

/// <summary>
/// Adds the origins of <c>AllowedOrigins</c> if the setting is a single value, such as an environment variable. .NET's configuration binder would ignore this
/// value, because it fills an array only from numbered settings, such as <c>AllowedOrigins:0</c>.
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
