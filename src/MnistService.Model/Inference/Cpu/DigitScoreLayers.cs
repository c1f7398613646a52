using System.Numerics.Tensors;
using MnistService.Model.Architectures;
using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>The CPU forward pass of a <see cref="DigitScore"/>. Immutable and thread-safe: each thread computes in its own <see cref="Workspace"/>.</summary>
internal abstract class DigitScoreLayers
{
    /// <param name="workspace">
    /// The workspace of the calling thread, with the features of the images. The method overwrites <see cref="Workspace.Hidden"/>.
    /// </param>
    /// <param name="probabilities">[K]; receives, for each of the first K images in the workspace, the probability that the image shows a digit.</param>
    public abstract void Apply(Workspace workspace, Span<float> probabilities);
}

/// <inheritdoc/>
internal sealed unsafe class DigitScoreLayers<TVector> : DigitScoreLayers
    where TVector : struct, IFloatVector<TVector>
{
    private readonly LinearReluLayer<TVector, Int16Weight> _hidden;
    private readonly float[] _output; // [128] output weights, multiplied by _hidden.Steps
    private readonly float _bias;

    /// <param name="score">Weights of the digit score.</param>
    /// <param name="feature">
    /// Maps the index of a feature to its index in PyTorch's order, and to the scale and shift of the normalization before the layer
    /// (<see cref="FusedNetwork.Feature"/>).
    /// </param>
    public DigitScoreLayers(DigitScore score, Func<int, (int Place, double Scale, double Shift)> feature)
    {
        _hidden = new(score.State, DigitScore.Hidden, feature);
        _output = score.State[$"{DigitScore.Output}.weight"].Floats.ToArray();
        TensorPrimitives.Multiply(_output, _hidden.Steps, _output);
        _bias = score.State[$"{DigitScore.Output}.bias"].Floats[0];
    }

    public override void Apply(Workspace workspace, Span<float> probabilities)
    {
        _hidden.ApplyWithRelu(workspace.Features.Address, workspace.Hidden.Address, probabilities.Length);
        for (var image = 0; image < probabilities.Length; image++)
        {
            var logit = _bias + TensorPrimitives.Dot(_output, new ReadOnlySpan<float>(workspace.Hidden.Address + image * DigitScore.Units, DigitScore.Units));
            probabilities[image] = 1 / (1 + MathF.Exp(-logit));
        }
    }
}
