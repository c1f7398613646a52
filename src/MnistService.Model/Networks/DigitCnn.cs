using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistService.Model.Networks;

/// <summary>
/// The convolutional network: standardised pixels [N,1,28,28] to logits [N,10], 409,642 parameters.
/// Batch normalisation stands after the activation and there is no dropout, on purpose (Li et al., arXiv 1801.05134).
/// The names are PyTorch's, so that state dicts move both ways: <c>features.0.weight</c> … <c>classify.3.bias</c>.
/// </summary>
internal sealed class DigitCnn : Module<Tensor, Tensor>
{
    private readonly Sequential _features = Sequential(  // [N,1,28,28]
        ("0", Conv2d(1, 16, 3, stride: 1, padding: 1)), // [N,16,28,28]
        ("1", ReLU()),
        ("2", BatchNorm2d(16)),
        ("3", MaxPool2d(2)),                            // [N,16,14,14]
        ("4", Conv2d(16, 32, 3, stride: 1, padding: 1)), // [N,32,14,14]
        ("5", ReLU()),
        ("6", BatchNorm2d(32)),
        ("7", MaxPool2d(2)));                           // [N,32,7,7]

    private readonly Sequential _classify = Sequential(  // [N,1568]
        ("0", Linear(32 * 7 * 7, 256)),
        ("1", ReLU()),
        ("2", BatchNorm1d(256)),
        ("3", Linear(256, 10)));                        // [N,10]

    public DigitCnn() : base(nameof(DigitCnn))
    {
        register_module("features", _features);
        register_module("classify", _classify);
    }

    public override Tensor forward(Tensor input) =>
        _classify.forward(_features.forward(input).flatten(1));
}
