using System.Runtime.Intrinsics;
using MnistService.Model.Architectures;
using MnistService.Model.Simd;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A network prepared for inference on the CPU. The layout of the weights depends on the width of the SIMD vectors. Immutable and thread-safe: each thread
/// computes in its own <see cref="Workspace"/>.
/// </summary>
internal abstract unsafe class FusedNetwork
{
    /// <summary>Number of digits, which is also the number of probabilities per image.</summary>
    public const int Classes = 10;

    /// <summary>Row stride of the logits in floats: ten logits, padded to a multiple of every vector width (4, 8 and 16 floats).</summary>
    public const int LogitStride = 16;

    /// <summary>Number of hidden units, which is the same in the convolutional network and in the fully connected network.</summary>
    public const int HiddenUnits = 256;

    /// <summary>Number of features per image: the inputs of the first fully connected layer.</summary>
    public abstract int FeatureCount { get; }

    /// <summary>
    /// Maps feature <paramref name="i"/>, as stored by <see cref="Extract"/>, to an input of the first fully connected layer in PyTorch. <c>Place</c> is the
    /// index of this input. The value of the input is <c>Scale</c> · feature + <c>Shift</c>.
    /// </summary>
    public abstract (int Place, double Scale, double Shift) Feature(int i);

    /// <summary>Computes the features of a batch of images.</summary>
    /// <param name="pixels">[count×784], 0 = paper, 255 = ink.</param>
    /// <param name="count">Number of images, from 1 to the capacity of the workspace.</param>
    /// <param name="workspace">
    /// The workspace of the calling thread. <see cref="Workspace.Features"/> receives the features: [count×<see cref="FeatureCount"/>], none of them negative.
    /// </param>
    public abstract void Extract(byte* pixels, int count, Workspace workspace);

    /// <summary>Computes the probabilities of the digits from the features.</summary>
    /// <param name="count">Number of images, from 1 to the capacity of the workspace.</param>
    /// <param name="temperature">The logits are divided by this number before softmax.</param>
    /// <param name="probabilities">[count×10]; receives softmax probabilities.</param>
    /// <param name="workspace">The workspace of the calling thread, with the features of the images.</param>
    public abstract void Classify(int count, float temperature, Span<float> probabilities, Workspace workspace);

    /// <summary>The layers of the digit score; <c>null</c> if the model has no digit score.</summary>
    public DigitScoreLayers? Score { get; private set; }

    /// <summary>Prepares a network for the widest hardware-accelerated vectors: 512, 256 or 128 bits.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare(NetworkKind kind, StateDict state, PixelScaling scaling, DigitScore? score = null) =>
        Vector512.IsHardwareAccelerated ? Prepare<FloatVector512>(kind, state, scaling, score)
        : Vector256.IsHardwareAccelerated ? Prepare<FloatVector256>(kind, state, scaling, score)
        : Prepare<FloatVector128>(kind, state, scaling, score);

    /// <summary>Prepares a network for a given vector width, even if the processor does not accelerate that width.</summary>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static FusedNetwork Prepare<TVector>(NetworkKind kind, StateDict state, PixelScaling scaling, DigitScore? score = null)
        where TVector : struct, IFloatVector<TVector>
    {
        NetworkTensors.Check(kind, state);
        FusedNetwork network = kind switch
        {
            NetworkKind.Cnn => new FusedCnn<TVector>(state, scaling),
            NetworkKind.Mlp => new FusedMlp<TVector>(state, scaling),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown network."),
        };
        if (score is not null) network.Score = new DigitScoreLayers<TVector>(score, network.Feature);
        return network;
    }
}
