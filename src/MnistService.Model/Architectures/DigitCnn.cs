using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistService.Model.Architectures;

/// <summary>
/// The convolutional network. It maps standardized pixels [N,1,28,28] to logits [N,10] and has 409,642 parameters.
/// By design, batch norm follows ReLU and there is no dropout (Li et al., arXiv 1801.05134).
/// Tensor names equal PyTorch's (<c>features.0.weight</c> … <c>classify.3.bias</c>), so that state dicts can be imported and exported.
/// </summary>
internal sealed class DigitCnn : Module<Tensor, Tensor>
{
    private readonly Sequential _features;

    private readonly Sequential _classify;

    public DigitCnn() : base(nameof(DigitCnn))
    {
        _features = Sequential(            // [N,1,28,28]
            ("0", Convolution1),           // [N,16,28,28]
            ("1", ReLU()),
            ("2", Normalization1),
            ("3", MaxPool2d(2)),           // [N,16,14,14]
            ("4", Convolution2),           // [N,32,14,14]
            ("5", ReLU()),
            ("6", Normalization2),
            ("7", MaxPool2d(2)));          // [N,32,7,7]
        register_module("features", _features);
        _classify = Sequential(            // [N,1568]
            ("0", Hidden),                 // [N,256]
            ("1", ReLU()),
            ("2", Normalization3),
            ("3", Output));                // [N,10]
        register_module("classify", _classify);
    }

    // The training code uses these layers directly. On the CPU, custom code replaces the first convolution, ReLU, batch norm and max pooling.
    internal Conv2d Convolution1 { get; } = Conv2d(1, 16, 3, stride: 1, padding: 1);
    internal BatchNorm2d Normalization1 { get; } = BatchNorm2d(16);
    internal Conv2d Convolution2 { get; } = Conv2d(16, 32, 3, stride: 1, padding: 1);
    internal BatchNorm2d Normalization2 { get; } = BatchNorm2d(32);

    internal Linear Hidden { get; } = Linear(32 * 7 * 7, 256);
    internal BatchNorm1d Normalization3 { get; } = BatchNorm1d(256);
    internal Linear Output { get; } = Linear(256, 10);

    public override Tensor forward(Tensor input) => Classify(ExtractFeatures(input));

    /// <param name="input">[N,1,28,28] standardized pixels.</param>
    /// <returns>[N,1568] features; the index is channel × 49 + row × 7 + column.</returns>
    internal Tensor ExtractFeatures(Tensor input) => _features.forward(input).flatten(1);

    /// <param name="features">[N,1568] features.</param>
    /// <returns>[N,10] logits.</returns>
    internal Tensor Classify(Tensor features) => _classify.forward(features);
}
