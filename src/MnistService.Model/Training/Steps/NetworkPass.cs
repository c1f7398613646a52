using MnistService.Model.Architectures;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>One pass forward and back through a network in training: adds the gradients of a loss to those of its parameters.</summary>
internal abstract class NetworkPass(LossTarget target)
{
    protected LossTarget Target { get; } = target;

    /// <param name="network">Laid out flat, its gradients in place.</param>
    /// <param name="device">Where it lives.</param>
    /// <param name="target">What is to be small.</param>
    internal static NetworkPass Of(nn.Module<Tensor, Tensor> network, Device device, LossTarget target) =>
        network is DigitCnn cnn && device.type == TorchSharp.DeviceType.CPU ? new FusedCnnPass(cnn, target) : new ModulePass(network, target);

    /// <param name="input">[N,1,28,28] standardised, channels-last.</param>
    /// <param name="labels">[N] int64.</param>
    /// <returns>[2] summed over the pictures: loss and right answers.</returns>
    internal abstract Tensor Run(Tensor input, Tensor labels);
}
