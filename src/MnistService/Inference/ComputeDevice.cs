using System.Diagnostics.Metrics;
using MnistService.Model.Native;

namespace MnistService.Inference;

/// <summary>Selects the compute device of this process, once at startup, and loads libtorch when it is needed.</summary>
internal sealed class ComputeDevice
{
    private DeviceChoice? _choice;
    private string? _libTorchDirectory;

    public ComputeDevice(IMeterFactory meters) =>
        meters.Create("MnistService.Models").CreateObservableGauge(
            "mnist.torch.tensors", () => TorchRuntime.LiveTensors, "{tensor}", "Native tensors of TorchSharp that are not disposed.");

    /// <summary>The device that <see cref="Choose"/> selected at startup.</summary>
    /// <exception cref="InvalidOperationException">The device has not been selected yet.</exception>
    internal DeviceChoice Choice => _choice
        ?? throw new InvalidOperationException($"{nameof(ComputeDevice)}.{nameof(Choice)} was read before {nameof(Choose)} was called; the startup must call {nameof(Choose)} first.");

    /// <summary>Selects the compute device. Loads libtorch only if it is needed to detect GPUs or to serve models.</summary>
    /// <param name="setting">Value of <see cref="InferenceOptions.Device"/>.</param>
    /// <param name="engine">Value of <see cref="InferenceOptions.Engine"/>.</param>
    /// <param name="libTorchDirectory">Folder of libtorch for builds with an external libtorch; <c>null</c> if libtorch is part of the build.</param>
    /// <exception cref="DeviceUnavailableException">The device in the settings is invalid or does not exist on this machine.</exception>
    /// <exception cref="DllNotFoundException">libtorch is needed but cannot be loaded.</exception>
    internal DeviceChoice Choose(string setting, InferenceEngine engine, string? libTorchDirectory)
    {
        _libTorchDirectory = libTorchDirectory;
        var torch = engine == InferenceEngine.Torch;
        if (!torch && DeviceChoice.WithoutTorch(setting) is { } cpu) return _choice = cpu;
        LoadLibTorch();
        return _choice = DeviceChoice.Resolve(setting) with { TorchOnCpu = torch };
    }

    /// <summary>
    /// Loads libtorch. Call this method before any other use of libtorch. The first call takes a few tenths of a second; later calls return immediately.
    /// </summary>
    /// <exception cref="DllNotFoundException">libtorch cannot be loaded.</exception>
    internal void LoadLibTorch() => TorchRuntime.Load(_libTorchDirectory);
}
