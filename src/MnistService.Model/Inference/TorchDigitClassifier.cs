using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Inference;

/// <summary>Classifies with TorchSharp, on the CPU or a GPU. Loads a network of its own; for one thread at a time.</summary>
public sealed class TorchDigitClassifier : IDigitClassifier
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly PixelScaling _scaling;
    private readonly double _temperature;
    private readonly Device _device;
    private Tensor _staging; // [capacity,784] uint8 on the host, reused; pinned for a GPU so that the copy is one transfer
    private long _capacity;

    /// <param name="modelId">The id in the store.</param>
    /// <param name="kind">Which network the weights belong to.</param>
    /// <param name="state">The weights; every name and shape is checked.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="temperature">What the logits are divided by.</param>
    /// <exception cref="ModelFormatException">The weights are not this network's.</exception>
    public TorchDigitClassifier(string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(device);
        (ModelId, Device, _scaling, _device, _temperature) = (modelId, device.Name, scaling, device.ToTorch(), temperature);
        _network = Network.Create(kind);
        try
        {
            Network.Import(_network, state);
            Network.LayOutChannelsLast(_network);
            _network.eval();
            _network.to(_device);
            _staging = Stage(32);
        }
        catch
        {
            _network.Dispose();
            throw;
        }
    }

    public string ModelId { get; }

    public string Device { get; }

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities)
    {
        // Checked here, before libtorch sees a shape: some of its functions end the process on a bad one.
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * 10)
            throw new ArgumentException($"{pixels.Length} pixels and {probabilities.Length} probabilities are not N×784 and N×10.");
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        if (count > _capacity)
        {
            _staging.Dispose();
            _staging = Stage(count).DetachFromDisposeScope();
        }
        pixels.CopyTo(_staging.bytes);
        // Without waiting: what is queued behind the copy on the device waits for it, and the answer's way back is waited for below.
        var input = NetworkInput.FromPixels(_staging.narrow(0, 0, count).to(_device, non_blocking: true), _scaling); // [N,1,28,28]
        using Scalar temperature = _temperature;
        var output = _network.forward(input).div_(temperature).softmax(1).cpu(); // [N,10]
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(probabilities);
    }

    public void Dispose()
    {
        _network.Dispose();
        _staging.Dispose();
    }

    private Tensor Stage(long images)
    {
        _capacity = images;
        var tensor = empty(images, DigitImage.PixelCount, dtype: ScalarType.Byte);
        if (_device.type != DeviceType.CUDA) return tensor;
        using (tensor) return tensor.pin_memory();
    }
}
