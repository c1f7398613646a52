using System.Runtime.InteropServices;
using MnistService.Model.Architectures;
using MnistService.Model.Native;
using MnistService.Model.Simd;
using MnistService.Model.Weights;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>
/// Forward and backward pass of the convolutional network on the CPU. libtorch's autograd computes only the gradients of the second convolution and of the
/// layers after the hidden layer. <see cref="FirstConvolution{TVector}"/>, <see cref="NormalizedPooling{TVector}"/> (after each convolution), this class
/// (hidden layer) and <see cref="SoftmaxLoss"/> compute the other gradients. This class passes each gradient to the preceding layer.
/// </summary>
internal sealed class FusedCnnPass<TVector>(DigitCnn network, LossTarget target) : NetworkPass(target)
    where TVector : struct, IFloatVector<TVector>
{
    private readonly FirstConvolution<TVector> _convolution1 = new(network.Convolution1);
    private readonly NormalizedPooling<TVector> _first = new(network.Normalization1), _second = new(network.Normalization2);

    internal override Tensor Run(Tensor input, Tensor labels)
    {
        var convolved1 = _convolution1.Forward(input);                   // [N,16,28,28]
        var pooled1 = _first.Forward(convolved1).requires_grad_();       // [N,16,14,14]
        var convolved2 = network.Convolution2.forward(pooled1);          // [N,32,14,14]
        var pooled2 = _second.Forward(convolved2);                       // [N,32,7,7]
        var (features, hidden) = Enter(pooled2);                         // [N,1568], [N,256]
        var logits = network.Output.forward(network.Normalization3.forward(hidden.relu())); // [N,10]
        var gradient = empty_like(logits);
        var (loss, right) = SoftmaxLoss.Compute(Floats.In(logits), MemoryMarshal.Cast<byte, long>(labels.bytes), Target, Floats.In(gradient));
        logits.backward([gradient]);
        convolved2.backward([_second.Backward(Leave(hidden.grad!, features))]);
        _convolution1.Backward(_first.Backward(pooled1.grad!));
        return tensor([(float)loss, right]);
    }

    /// <summary>Computes the output of the hidden layer, before ReLU. Autograd does not record this computation.</summary>
    private (Tensor Features, Tensor Hidden) Enter(Tensor pooled)
    {
        using var noGrad = no_grad();
        var features = pooled.flatten(1);
        return (features, network.Hidden.forward(features).requires_grad_());
    }

    /// <summary>
    /// Backward pass of the hidden layer. Adds the gradient of the weight [256,1568] in place; autograd would first compute the gradient in a new tensor.
    /// </summary>
    /// <returns>[N,32,7,7] gradient of the pooled features.</returns>
    private Tensor Leave(Tensor gradient, Tensor features)
    {
        using var noGrad = no_grad();
        network.Hidden.weight!.grad!.addmm_(gradient.t(), features);
        network.Hidden.bias!.grad!.add_(gradient.sum(dim: 0), Constants.One);
        return gradient.mm(network.Hidden.weight).view(-1, 32, 7, 7);
    }
}
