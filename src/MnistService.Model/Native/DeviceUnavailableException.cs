namespace MnistService.Model.Native;

/// <summary>The device in the settings is invalid or not available on this machine. The message is suitable for the operator.</summary>
public sealed class DeviceUnavailableException(string message) : Exception(message);
