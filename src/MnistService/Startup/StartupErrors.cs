using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using MnistService.Model.Native;

namespace MnistService.Startup;

/// <summary>Describes startup failures that an operator can fix: one line per failure, without a stack trace.</summary>
internal static class StartupErrors
{
    /// <returns>One line per failure; null if an operator cannot fix the failure.</returns>
    internal static IEnumerable<string>? Describe(Exception exception) => exception switch
    {
        OptionsValidationException e => e.Failures,
        AggregateException e when e.InnerExceptions.All(inner => Describe(inner) is not null) => e.InnerExceptions.SelectMany(inner => Describe(inner)!),
        SettingException or DeviceUnavailableException => [exception.Message],
        // Message of the configuration binder: "Failed to convert configuration value 'x' at 'MnistService:…' to type …".
        InvalidOperationException e when e.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => [e.Message],
        IOException { InnerException: AddressInUseException } e => [$"{e.Message} Choose another address with --urls."],
        DllNotFoundException e =>
        [
            $"libtorch could not be loaded: {e.Message} With TorchBackend=external, set {ModelsOptions.Section}:LibTorch to the folder of an installed libtorch.",
        ],
        _ => null,
    };

    /// <summary>Writes a startup failure to the standard error stream, with a stack trace if an operator cannot fix the failure.</summary>
    /// <returns>The exit code of the process.</returns>
    internal static int Report(Exception exception)
    {
        foreach (var line in Describe(exception) ?? [exception.ToString()]) Console.Error.WriteLine($"MnistService did not start: {line}");
        return 1;
    }
}

/// <summary>An invalid setting that prevents startup. The message contains the name of the setting and the reason why its value cannot be used.</summary>
internal sealed class SettingException(string message) : Exception(message);
