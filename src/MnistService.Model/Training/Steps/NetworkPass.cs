using System.Runtime.Intrinsics;
using MnistService.Model.Architectures;
using MnistService.Model.Simd;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>A forward and backward pass through a network in training.</summary>
internal abstract class NetworkPass(LossTarget target)
{
    protected LossTarget Target { get; } = target;

    /// <summary>
    /// Selects the implementation: <see cref="FusedCnnPass{TVector}"/> for the convolutional network on the CPU, otherwise <see cref="ModulePass"/>.
    /// </summary>
    /// <param name="network">A network whose parameters and gradients are stored in <see cref="FlatParameters"/>.</param>
    /// <param name="device">The device of the network.</param>
    /// <param name="target">Parameters of the loss.</param>
    internal static NetworkPass Of(nn.Module<Tensor, Tensor> network, Device device, LossTarget target) =>
        network is not DigitCnn cnn || device.type != TorchSharp.DeviceType.CPU ? new ModulePass(network, target)
        : Vector512.IsHardwareAccelerated ? new FusedCnnPass<FloatVector512>(cnn, target)
        : Vector256.IsHardwareAccelerated ? new FusedCnnPass<FloatVector256>(cnn, target)
        : new FusedCnnPass<FloatVector128>(cnn, target);

    /// <summary>
    /// Runs the forward and the backward pass for a batch or a part of a batch, and adds the gradients of the loss to the gradients of the parameters.
    /// </summary>
    /// <param name="input">[N,1,28,28] standardized pixels, channels-last.</param>
    /// <param name="labels">[N] true digits, int64.</param>
    /// <returns>[2] sums over the N images: the loss in nats and the number of correct predictions.</returns>
    internal abstract Tensor Run(Tensor input, Tensor labels);
}

/// <summary>Parameters of the loss: cross-entropy with label smoothing, averaged over the batch.</summary>
/// <param name="Smoothing">Probability mass of the target that is distributed evenly over all ten digits (Szegedy et al., arXiv 1512.00567).</param>
/// <param name="BatchSize">Number of images in the whole batch, by which the summed loss is divided. A pass may process only a part of the batch.</param>
internal sealed record LossTarget(double Smoothing, int BatchSize);
