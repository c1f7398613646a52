namespace MnistService.Startup;

/// <summary>A setting that the service cannot start with. The message names it, what was found and what was expected.</summary>
internal sealed class SettingException(string message) : Exception(message);
