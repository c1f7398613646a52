using MnistService.Model.Runtime;

namespace MnistService.Models;

/// <summary>The device that this process computes on, chosen once, when libtorch is loaded at start.</summary>
internal sealed class ComputeDevice
{
    private DeviceChoice? _choice;

    /// <exception cref="InvalidOperationException">Asked for before the start had chosen.</exception>
    internal DeviceChoice Choice => _choice ?? throw new InvalidOperationException("The device has not been chosen yet.");

    /// <summary>Loads libtorch and chooses.</summary>
    /// <exception cref="DeviceUnavailableException">The device of the settings is not there.</exception>
    internal DeviceChoice Choose(string setting, string? libTorchDirectory)
    {
        TorchRuntime.Load(libTorchDirectory);
        return _choice = DeviceChoice.Resolve(setting);
    }
}
