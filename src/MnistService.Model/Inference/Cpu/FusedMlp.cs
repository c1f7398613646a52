using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The CPU forward pass of the fully connected baseline (<see cref="DigitMlp"/>). The standardization of the pixels is folded into the weights of
/// the first layer, so that the inputs of that layer are zero for paper pixels.
/// </summary>
internal sealed unsafe class FusedMlp<TVector> : FusedNetwork
    where TVector : struct, IFloatVector<TVector>
{
    private readonly double _scale, _shift;
    private readonly PixelInput<TVector> _input;
    private readonly LinearReluLayer<TVector, FloatWeight> _hidden;
    private readonly LogitsLayer<TVector> _output;

    public FusedMlp(StateDict state, PixelScaling scaling)
    {
        (_scale, _shift) = NetworkInput.ScaleAndShift(scaling);
        _input = new(1, 0);                                                    // [784]
        _hidden = new(state, "classify.0", Feature);                           // [256], before batch norm
        _output = new(state, "classify.3", BatchNorm.Of(state, "classify.2")); // [10]
    }

    public override int FeatureCount => DigitImage.PixelCount;

    public override (int Place, double Scale, double Shift) Feature(int i) => (i, _scale, _shift);

    public override void Extract(byte* pixels, int count, Workspace workspace)
    {
        for (var picture = 0; picture < count; picture++)
            _input.Apply(pixels + picture * DigitImage.PixelCount, workspace.Features.Address + picture * DigitImage.PixelCount, DigitImage.Side, workspace.Ink);
        GC.KeepAlive(this);
    }

    public override void Classify(int count, float temperature, Span<float> probabilities, Workspace workspace)
    {
        _hidden.ApplyWithRelu(workspace.Features.Address, workspace.Hidden.Address, count);
        _output.Apply(workspace.Hidden.Address, workspace.Logits.Address, count);
        for (var picture = 0; picture < count; picture++)
            Softmax<TVector>.Apply(workspace.Logits.Address + picture * LogitStride, temperature, probabilities.Slice(picture * Classes, Classes));
        GC.KeepAlive(this);
    }
}
