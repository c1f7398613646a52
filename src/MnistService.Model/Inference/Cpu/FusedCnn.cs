using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The CPU forward pass of the convolutional network (<see cref="DigitCnn"/>). The convolutions process one image at a time, so that their output
/// stays in the L1 cache. The fully connected layers process the whole batch, so that their 1.6 MB of weights are read once per batch.
/// </summary>
internal sealed unsafe class FusedCnn<TVector> : FusedNetwork
    where TVector : struct, IFloatVector<TVector>
{
    private const int InputStride = FirstConvolution.InputStride;
    private const int Side = WinogradConvolution.OutputSide, Channels = WinogradConvolution.Channels;
    private const int Features = Side * Side * Channels;

    private readonly PixelInput<TVector> _input;
    private readonly FirstConvolution<TVector> _convolution1;
    private readonly WinogradConvolution<TVector> _convolution2;
    private readonly BatchNorm _norm2;
    private readonly LinearReluLayer<TVector, FloatWeight> _hidden;
    private readonly LogitsLayer<TVector> _output;

    public FusedCnn(StateDict state, PixelScaling scaling)
    {
        var (norm1, norm2, norm3) = (BatchNorm.Of(state, "features.2"), BatchNorm.Of(state, "features.6"), BatchNorm.Of(state, "classify.2"));
        var (scale, shift) = NetworkInput.ScaleAndShift(scaling);
        _input = new((float)scale, (float)shift);                         // [28,28]
        _convolution1 = new(state, "features.0", norm1, paper: (float)shift); // [14,14,16]
        _convolution2 = new(state, "features.4", norm2, _convolution1.Blank); // [7,7,32], before batch norm
        _norm2 = norm2;
        _hidden = new(state, "classify.0", Feature);                      // [256], before batch norm
        _output = new(state, "classify.3", norm3);                        // [10]
    }

    public override int FeatureCount => Features;

    // PyTorch flattens features channel-first; this code stores the channels innermost.
    public override (int Place, double Scale, double Shift) Feature(int i)
    {
        var (cell, channel) = Math.DivRem(i, Channels);
        return (channel * Side * Side + cell, _norm2.Scale[channel], _norm2.Shift[channel]);
    }

    public override void Extract(byte* pixels, int count, Workspace workspace)
    {
        for (var picture = 0; picture < count; picture++)
        {
            _input.Apply(pixels + picture * DigitImage.PixelCount, workspace.Input.Address + InputStride + 1, InputStride, workspace.Ink); // skips the border
            _convolution1.Apply(workspace.Input.Address, workspace.Ink, workspace.Pooled.Address);
            _convolution2.Apply(workspace.Pooled.Address, workspace.Ink, workspace.Features.Address + picture * Features, workspace.Winograd.Address);
        }
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
