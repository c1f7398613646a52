using MnistService.Model.Weights;

namespace MnistService.Model.Architectures;

/// <summary>
/// The digit score of a model: a small network that estimates the probability that an image shows a digit at all. The network maps the inputs of the model's
/// first fully connected layer (features) to 128 hidden units with ReLU and one logit. The logit is calibrated after the training, so that 0.5 is the
/// threshold: an image counts as a digit if its digit probability is at least 0.5.
/// </summary>
public sealed class DigitScore
{
    /// <summary>Number of hidden units of the network that computes the digit score.</summary>
    public const int Units = 128;

    /// <summary>Minimum digit probability of an image that counts as a digit.</summary>
    public const float Threshold = 0.5f;

    internal const string Hidden = "hidden", Output = "output";

    /// <param name="kind">Network architecture of the model, which determines the number of features.</param>
    /// <param name="state"><c>hidden.weight</c> [128,features], <c>hidden.bias</c> [128], <c>output.weight</c> [1,128] and <c>output.bias</c> [1].</param>
    /// <exception cref="ModelFormatException">A tensor is missing, is unknown, or has the wrong shape or type.</exception>
    public DigitScore(NetworkKind kind, StateDict state)
    {
        ArgumentNullException.ThrowIfNull(state);
        NetworkTensors.CheckScore(kind, state);
        State = state;
    }

    public StateDict State { get; }
}
