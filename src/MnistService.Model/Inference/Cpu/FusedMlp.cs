using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The CPU forward pass of the fully connected baseline (<see cref="DigitMlp"/>). The standardization of the pixels is folded into the weights of
/// the first layer, so that its inputs are zero for paper pixels.
/// </summary>
internal sealed unsafe class FusedMlp<TLanes, TVector> : FusedNetwork
    where TLanes : ILanes<TVector>
    where TVector : struct
{
    private readonly PixelInput<TLanes, TVector> _input;
    private readonly Dense<TLanes, TVector> _hidden;
    private readonly OutputLayer<TLanes, TVector> _output;

    public FusedMlp(StateDict state, PixelScaling scaling)
    {
        var (scale, shift) = NetworkInput.ScaleAndShift(scaling);
        _input = new(1, 0);                                                         // [784]
        _hidden = new(state, "classify.0", i => (i, scale, shift));                 // [256], before batch norm
        _output = new(state, "classify.3", Normalization.Of(state, "classify.2")); // [10]
    }

    public override float* Logits(byte* pixels, int count, Workspace workspace)
    {
        for (var picture = 0; picture < count; picture++)
            _input.Apply(pixels + picture * DigitImage.PixelCount, workspace.Features.Address + picture * DigitImage.PixelCount, DigitImage.Side, workspace.Ink);
        _hidden.ApplyWithRelu(workspace.Features.Address, workspace.Hidden.Address, count);
        _output.Apply(workspace.Hidden.Address, workspace.Logits.Address, count);
        GC.KeepAlive(this);
        return workspace.Logits.Address;
    }
}
