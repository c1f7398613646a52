using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Inference;

/// <summary>The forward pass of a <see cref="DigitScore"/> with TorchSharp. Not thread-safe.</summary>
internal sealed class TorchDigitScore : IDisposable
{
    private readonly Tensor _hiddenWeights, _hiddenBias, _outputWeights, _outputBias;

    public TorchDigitScore(DigitScore score, Device device)
    {
        (_hiddenWeights, _hiddenBias) = (On($"{DigitScore.Hidden}.weight"), On($"{DigitScore.Hidden}.bias"));
        (_outputWeights, _outputBias) = (On($"{DigitScore.Output}.weight"), On($"{DigitScore.Output}.bias"));

        Tensor On(string name)
        {
            var tensor = score.State[name].ToTorch();
            if (device.type == DeviceType.CPU) return tensor;
            using (tensor) return tensor.to(device);
        }
    }

    /// <param name="features">
    /// [N,features] inputs of the model's first fully connected layer, on the same device as the weights of the digit score. The caller must open a dispose
    /// scope, which disposes the intermediate tensors.
    /// </param>
    /// <param name="probabilities">[N]; receives the probability that each image shows a digit.</param>
    public void Apply(Tensor features, Span<float> probabilities)
    {
        var hidden = nn.functional.linear(features, _hiddenWeights, _hiddenBias).relu_();                        // [N,128]
        var output = nn.functional.linear(hidden, _outputWeights, _outputBias).sigmoid_().flatten().cpu();       // [N]
        MemoryMarshal.Cast<byte, float>(output.bytes).CopyTo(probabilities);
    }

    public void Dispose()
    {
        foreach (var tensor in (Tensor[])[_hiddenWeights, _hiddenBias, _outputWeights, _outputBias]) tensor.Dispose();
    }
}
