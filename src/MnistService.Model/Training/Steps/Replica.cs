using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// A copy of the network for data-parallel training: each replica processes a part of the batch on its own thread. Replicas share their parameter
/// values; each has its own gradients and batch statistics (ghost batch normalization: Hoffer et al., arXiv 1705.08741).
/// </summary>
internal sealed class Replica : IDisposable
{
    private readonly ImageLoader _feed;
    private readonly Device _device;
    private readonly NetworkPass _pass;
    private readonly Tensor _input;  // [part,784] in CPU memory, reused in each step
    private readonly Tensor _labels; // [part] in CPU memory, reused in each step

    /// <param name="part">Maximum number of images that this replica processes per step.</param>
    /// <param name="sharing">The replica whose parameter values are shared; <c>null</c> for the first replica, which initializes the weights.</param>
    internal Replica(Hyperparameters settings, ImageLoader feed, Device device, int part, Replica? sharing)
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

    /// <summary>[2] sums over the images of the last batch that this replica processed: the loss in nats and the number of correct predictions.</summary>
    internal Tensor Sums { get; }

    /// <summary>
    /// Runs the forward and backward pass for the images of a batch that this replica processes. The gradients are scaled for the mean loss over the whole
    /// batch.
    /// </summary>
    /// <param name="chosen">Indices of the training images that this replica processes.</param>
    /// <param name="step">Zero-based index of the step in the run.</param>
    /// <param name="first">Index, within the batch, of the first image that this replica processes.</param>
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
