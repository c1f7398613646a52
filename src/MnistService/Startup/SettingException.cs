namespace MnistService.Startup;

/// <summary>An invalid setting that prevents startup. The message contains its name, the value found and the value expected.</summary>
internal sealed class SettingException(string message) : Exception(message);
