namespace MnistService.Model.Native;

/// <summary>The device named in the settings is not on this machine. The message can be shown to whoever set it.</summary>
public sealed class DeviceUnavailableException(string message) : Exception(message);
