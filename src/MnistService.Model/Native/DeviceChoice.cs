using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>The device that computes, and why it was chosen.</summary>
/// <param name="Name"><c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Reason">One sentence for the log.</param>
public sealed record DeviceChoice(string Name, string Reason)
{
    private const string CudaDriver = "libcuda.so.1";

    public bool IsCuda => Name.StartsWith("cuda", StringComparison.Ordinal);

    /// <summary>Whether TorchSharp serves, also on the CPU, and not this library's own forward pass.</summary>
    public bool UsesTorch => IsCuda || TorchOnCpu;

    /// <summary>Asked for by setting.</summary>
    public bool TorchOnCpu { get; init; }

    /// <summary>
    /// The CPU, where that is clear without asking libtorch: it was asked for, or there is no driver for a GPU. Otherwise null, and
    /// <see cref="Resolve(string)"/> is to be asked.
    /// </summary>
    public static DeviceChoice? WithoutTorch(string setting) => WithoutTorch(setting, hasDriver: () => NativeLibrary.TryLoad(CudaDriver, out _));

    internal static DeviceChoice? WithoutTorch(string setting, Func<bool> hasDriver) => setting.Trim().ToLowerInvariant() switch
    {
        "cpu" => Resolve(setting, cudaDevices: 0),
        "auto" when !hasDriver() => new("cpu", "auto: no CUDA driver found"),
        _ => null,
    };

    /// <summary>Chooses by asking libtorch; <see cref="TorchRuntime.Load"/> must have run.</summary>
    /// <exception cref="DeviceUnavailableException">A CUDA device was asked for by name and is not there.</exception>
    public static DeviceChoice Resolve(string setting) =>
        Resolve(setting, torch.cuda.is_available() ? torch.cuda.device_count() : 0);

    /// <summary><c>auto</c> takes the first GPU or the CPU; a device asked for by name is used or refused, never replaced.</summary>
    internal static DeviceChoice Resolve(string setting, int cudaDevices)
    {
        switch (setting.Trim().ToLowerInvariant())
        {
            case "auto" when cudaDevices > 0: return new("cuda:0", $"auto: {Count(cudaDevices)} found, the first is used");
            case "auto": return new("cpu", "auto: no CUDA device found");
            case "cpu": return new("cpu", "asked for by setting");
            case "cuda": return Cuda(0, cudaDevices, setting);
            case var name when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index):
                return Cuda(index, cudaDevices, setting);
            default:
                throw new DeviceUnavailableException($"Device '{setting}' is not one of auto, cpu, cuda, cuda:N.");
        }
    }

    internal torch.Device ToTorch() => torch.device(Name);

    private static DeviceChoice Cuda(int index, int cudaDevices, string setting) => index < cudaDevices
        ? new($"cuda:{index}", "asked for by setting")
        : throw new DeviceUnavailableException(
            $"Device '{setting}' was asked for, but this machine has {Count(cudaDevices)}. Use 'auto' or 'cpu', or check the driver and the TorchBackend of the build.");

    private static string Count(int devices) => devices switch { 0 => "no CUDA device", 1 => "1 CUDA device", _ => $"{devices} CUDA devices" };
}
