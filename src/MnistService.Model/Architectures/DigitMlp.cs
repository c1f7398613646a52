using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistService.Model.Architectures;

/// <summary>
/// The fully connected baseline for comparison with the convolutional network. It maps standardized pixels [N,1,28,28] to logits
/// [N,10] and has 204,042 parameters.
/// </summary>
internal sealed class DigitMlp : Module<Tensor, Tensor>
{
    private readonly Sequential _classify = Sequential( // [N,784]
        ("0", Linear(28 * 28, 256)),
        ("1", ReLU()),
        ("2", BatchNorm1d(256)),
        ("3", Linear(256, 10)));                       // [N,10]

    public DigitMlp() : base(nameof(DigitMlp))
    {
        register_module("classify", _classify);
    }

    public override Tensor forward(Tensor input) => _classify.forward(input.flatten(1));
}
