using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>The compute device, and the reason why it was chosen.</summary>
/// <param name="Name"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Reason">Why this device was chosen, as one phrase for the log.</param>
public sealed record DeviceChoice(string Name, string Reason)
{
    private const string CudaDriver = "libcuda.so.1";

    public bool IsCuda => Name.StartsWith("cuda", StringComparison.Ordinal);

    /// <summary>Whether TorchSharp runs the inference. If <c>false</c>, the managed forward pass of this library runs the inference on the CPU.</summary>
    public bool UsesTorch => IsCuda || TorchOnCpu;

    /// <summary>Whether the settings request TorchSharp for inference on the CPU.</summary>
    public bool TorchOnCpu { get; init; }

    /// <summary>
    /// Chooses the CPU without loading libtorch if <paramref name="setting"/> is <c>cpu</c>, or if it is <c>auto</c> and no CUDA driver is installed.
    /// </summary>
    /// <returns>The CPU; <c>null</c> if the choice needs libtorch. The caller then calls <see cref="Resolve(string)"/>.</returns>
    public static DeviceChoice? WithoutTorch(string setting) => WithoutTorch(setting, hasDriver: () => NativeLibrary.TryLoad(CudaDriver, out _));

    internal static DeviceChoice? WithoutTorch(string setting, Func<bool> hasDriver) => setting.Trim().ToLowerInvariant() switch
    {
        "cpu" => Resolve(setting, cudaDevices: 0),
        "auto" when !hasDriver() => new("cpu", "auto: no CUDA driver found"),
        _ => null,
    };

    /// <summary>Chooses the device from the CUDA devices that libtorch reports. <see cref="TorchRuntime.Load"/> must have been called.</summary>
    /// <param name="setting"><c>auto</c>, <c>cpu</c>, <c>cuda</c> (the first GPU) or <c>cuda:N</c>, in upper or lower case.</param>
    /// <exception cref="DeviceUnavailableException">The setting is not a valid device name, or names a CUDA device that this machine does not have.</exception>
    public static DeviceChoice Resolve(string setting) =>
        Resolve(setting, torch.cuda.is_available() ? torch.cuda.device_count() : 0);

    /// <summary>
    /// Chooses the device on a machine with the given number of CUDA devices. <c>auto</c> means the first GPU, or the CPU if there is no GPU. If the setting
    /// names a device that does not exist, the method throws and does not choose another device.
    /// </summary>
    internal static DeviceChoice Resolve(string setting, int cudaDevices)
    {
        switch (setting.Trim().ToLowerInvariant())
        {
            case "auto" when cudaDevices > 0: return new("cuda:0", $"auto: {Count(cudaDevices)} found, the first is used");
            case "auto": return new("cpu", "auto: no CUDA device found");
            case "cpu": return new("cpu", "requested by setting");
            case "cuda": return Cuda(0, cudaDevices, setting);
            case var name when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                return Cuda(index, cudaDevices, setting);
            default:
                throw new DeviceUnavailableException($"The device '{setting}' is not one of auto, cpu, cuda, cuda:N, where N is the index of a GPU, from 0.");
        }
    }

    internal torch.Device ToTorch() => torch.device(Name);

    private static DeviceChoice Cuda(int index, int cudaDevices, string setting) => index < cudaDevices
        ? new($"cuda:{index}", "requested by setting")
        : throw new DeviceUnavailableException(
            $"The device '{setting}' does not exist: this machine has {Count(cudaDevices)}. "
            + "Use 'auto' or 'cpu', or check that the CUDA driver is installed and that the build has TorchBackend=cuda or external.");

    private static string Count(int devices) => devices switch { 0 => "no CUDA device", 1 => "1 CUDA device", _ => $"{devices} CUDA devices" };
}

/// <summary>Thrown if the device in the settings is invalid or not available on this machine. The message is suitable for the operator.</summary>
public sealed class DeviceUnavailableException(string message) : Exception(message);
