using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Native;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Inference;

/// <summary>Classifies with TorchSharp on the CPU or a GPU. Each instance has its own copy of the network. Not thread-safe.</summary>
public sealed class TorchDigitClassifier : IDigitClassifier
{
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly TorchDigitScore? _score;
    private readonly PixelScaling _scaling;
    private readonly double _temperature;
    private readonly Device _device;
    private Tensor _staging; // [capacity,784] uint8 on the host, for the pixels of a batch; pinned for a GPU, so that the copy is one transfer
    private long _capacity;

    /// <param name="modelId">Id of the model version in the model store.</param>
    /// <param name="kind">The network architecture of the weights.</param>
    /// <param name="state">State dict of the network. The name, shape and type of every tensor are checked.</param>
    /// <param name="scaling">The pixel scaling that the network was trained with.</param>
    /// <param name="device">The device that computes.</param>
    /// <param name="temperature">The logits are divided by this number before softmax.</param>
    /// <param name="score">Weights of the digit score, which estimates whether an image shows a digit at all; <c>null</c> if the model has none.</param>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public TorchDigitClassifier(
        string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, double temperature = 1, DigitScore? score = null)
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
            _score = score is null ? null : new(score, _device);
            _staging = Stage(32);
        }
        catch
        {
            _network.Dispose();
            _score?.Dispose();
            throw;
        }
    }

    public string ModelId { get; }

    public string Device { get; }

    public void Classify(ReadOnlySpan<byte> pixels, Span<float> probabilities, Span<float> digitProbabilities)
    {
        // Validate the lengths before libtorch uses them: some libtorch functions abort the process on an invalid shape.
        var count = pixels.Length / DigitImage.PixelCount;
        if (count == 0 || pixels.Length != count * DigitImage.PixelCount || probabilities.Length != count * 10 || digitProbabilities.Length > count)
        {
            throw new ArgumentException($"Got {pixels.Length} pixels, {probabilities.Length} probabilities and {digitProbabilities.Length} digit probabilities; "
                + "expected 784·N pixels, 10·N probabilities and at most N digit probabilities for a batch of N ≥ 1 images.");
        }
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        if (count > _capacity)
        {
            _staging.Dispose();
            _staging = Stage(count).DetachFromDisposeScope();
        }
        pixels.CopyTo(_staging.bytes);
        // Asynchronous copy: later operations in the device's queue wait for the copy, and cpu() below waits for the result.
        var input = NetworkInput.FromPixels(_staging.narrow(0, 0, count).to(_device, non_blocking: true), _scaling); // [N,1,28,28]
        using Scalar temperature = _temperature;
        var features = Network.Features(_network, input);                                           // [N,1568] or [N,784]
        var output = Network.Logits(_network, features).div_(temperature).softmax(1).cpu();         // [N,10]
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(probabilities);
        if (_score is null) digitProbabilities.Fill(float.NaN);
        else if (digitProbabilities.Length > 0) _score.Apply(features.narrow(0, 0, digitProbabilities.Length), digitProbabilities);
    }

    public void Dispose()
    {
        _network.Dispose();
        _staging.Dispose();
        _score?.Dispose();
    }

    private Tensor Stage(long images)
    {
        _capacity = images;
        var tensor = empty(images, DigitImage.PixelCount, dtype: ScalarType.Byte);
        if (_device.type != DeviceType.CUDA) return tensor;
        using (tensor) return tensor.pin_memory();
    }
}
