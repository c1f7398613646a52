using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training.Steps;

/// <summary>Forward and backward pass with the network's TorchSharp modules and libtorch's autograd, on any device.</summary>
internal sealed class ModulePass(nn.Module<Tensor, Tensor> network, LossTarget target) : NetworkPass(target)
{
    internal override Tensor Run(Tensor input, Tensor labels)
    {
        var logits = network.forward(input);
        var loss = nn.functional.cross_entropy(logits, labels, reduction: nn.Reduction.Sum, label_smoothing: Target.Smoothing);
        using Scalar batchSize = Target.BatchSize;
        loss.div(batchSize).backward();
        using (no_grad()) return stack([loss.detach(), logits.argmax(1).eq(labels).sum().to(ScalarType.Float32)]);
    }
}
