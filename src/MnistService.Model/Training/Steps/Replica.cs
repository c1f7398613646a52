using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// One of the copies of the network that learn from a batch at the same time, each from its part, on its own thread. They share
/// their values; each has gradients and batch statistics of its own (normalisation over a part: Hoffer et al., arXiv 1705.08741).
/// </summary>
internal sealed class Replica : IDisposable
{
    private readonly PictureFeed _feed;
    private readonly Device _device;
    private readonly NetworkPass _pass;
    private readonly Tensor _input;  // [part,784] on the host, reused
    private readonly Tensor _labels; // [part] on the host, reused

    /// <param name="part">Pictures that it learns from in a step, at most.</param>
    internal Replica(TrainingSettings settings, PictureFeed feed, Device device, int part, Replica? sharing)
    {
        (_feed, _device) = (feed, device);
        Network = Architectures.Network.Create(settings.Network);
        if (sharing is null) Architectures.Network.Initialize(Network, new RandomStreams(settings.Seed).Weights);
        Network.to(device);
        Network.train();
        Parameters = new FlatParameters(Network, device, sharing?.Parameters.Values);
        _pass = NetworkPass.Of(Network, device, new(settings.LabelSmoothing, settings.BatchSize));
        _input = empty([part, DigitImage.PixelCount], dtype: ScalarType.Float32);
        _labels = empty(part, dtype: ScalarType.Int64);
        Sums = zeros(2, dtype: ScalarType.Float32, device: device);
    }

    internal nn.Module<Tensor, Tensor> Network { get; }

    internal FlatParameters Parameters { get; }

    /// <summary>[2] of its part of the last batch: loss and right answers.</summary>
    internal Tensor Sums { get; }

    /// <summary>Adds the gradients of its part's share in the batch's mean loss.</summary>
    /// <param name="chosen">The pictures of its part.</param>
    /// <param name="step">From 0.</param>
    /// <param name="first">Place of the part in the batch.</param>
    internal void Learn(ReadOnlySpan<int> chosen, int step, int first)
    {
        using var scope = NewDisposeScope();
        _feed.Fill(chosen, step, first, Floats.In(_input), MemoryMarshal.Cast<byte, long>(_labels.bytes));
        var x = NetworkInput.ChannelsLast(_input.narrow(0, 0, chosen.Length).to(_device)); // [n,1,28,28]
        var y = _labels.narrow(0, 0, chosen.Length).to(_device);                          // [n]
        var sums = _pass.Run(x, y);
        using (no_grad()) Sums.copy_(sums);
    }

    public void Dispose()
    {
        foreach (var part in new IDisposable[] { _input, _labels, Sums, Parameters, Network }) part.Dispose();
    }
}
