using System.Diagnostics.Metrics;
using MnistService.Model.Native;

namespace MnistService.Inference;

/// <summary>The device that this process computes on, chosen once at start; and libtorch, which is loaded when something first needs it.</summary>
internal sealed class ComputeDevice
{
    private DeviceChoice? _choice;
    private string? _libTorchDirectory;

    public ComputeDevice(IMeterFactory meters) =>
        meters.Create("MnistService.Models").CreateObservableGauge("mnist.torch.tensors", () => TorchRuntime.LiveTensors, "{tensor}", "Tensors that TorchSharp counts as alive.");

    /// <exception cref="InvalidOperationException">Asked for before the start had chosen.</exception>
    internal DeviceChoice Choice => _choice ?? throw new InvalidOperationException("The device has not been chosen yet.");

    /// <summary>Chooses; loads libtorch only where it has to be asked, or serves.</summary>
    /// <exception cref="DeviceUnavailableException">The device of the settings is not there.</exception>
    /// <exception cref="DllNotFoundException">libtorch is needed and does not load.</exception>
    internal DeviceChoice Choose(string setting, InferenceEngine engine, string? libTorchDirectory)
    {
        _libTorchDirectory = libTorchDirectory;
        var torch = engine == InferenceEngine.Torch;
        if (!torch && DeviceChoice.WithoutTorch(setting) is { } cpu) return _choice = cpu;
        LoadLibTorch();
        return _choice = DeviceChoice.Resolve(setting) with { TorchOnCpu = torch };
    }

    /// <summary>Before anything else of libtorch is used; takes some tenths of a second the first time, and nothing later.</summary>
    /// <exception cref="DllNotFoundException">It does not load.</exception>
    internal void LoadLibTorch() => TorchRuntime.Load(_libTorchDirectory);
}
