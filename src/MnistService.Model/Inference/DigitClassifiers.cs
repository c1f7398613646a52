using MnistService.Model.Architectures;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Native;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference;

/// <summary>
/// Creates classifiers for a model on a device. On the CPU, all classifiers share one <see cref="FusedNetwork"/>, a forward pass without libtorch. On a GPU, or
/// on the CPU if TorchSharp is configured, each classifier has its own TorchSharp network.
/// </summary>
public static class DigitClassifiers
{
    /// <summary>Creates <paramref name="count"/> classifiers. At most one thread at a time may use a classifier.</summary>
    /// <param name="modelId">Id of the model version in the model store.</param>
    /// <param name="kind">The network architecture of the weights.</param>
    /// <param name="state">State dict of the network. The name, shape and type of every tensor are checked.</param>
    /// <param name="scaling">The pixel scaling that the network was trained with.</param>
    /// <param name="device">Device and backend. If it selects TorchSharp, libtorch must already be loaded.</param>
    /// <param name="count">Number of classifiers.</param>
    /// <param name="temperature">The logits are divided by this number before softmax.</param>
    /// <param name="score">Weights of the digit score, which estimates whether an image shows a digit at all; <c>null</c> if the model has none.</param>
    /// <exception cref="ModelFormatException">The weights do not match the network.</exception>
    public static IReadOnlyList<IDigitClassifier> Create(
        string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, int count, double temperature = 1, DigitScore? score = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(device);
        if (!device.UsesTorch)
        {
            var model = new FusedModel(modelId, FusedNetwork.Prepare(kind, state, scaling, score), temperature);
            return [.. Enumerable.Range(0, count).Select(_ => new FusedDigitClassifier(model))];
        }
        var classifiers = new List<IDigitClassifier>(count);
        try
        {
            while (classifiers.Count < count) classifiers.Add(new TorchDigitClassifier(modelId, kind, state, scaling, device, temperature, score));
            return classifiers;
        }
        catch
        {
            foreach (var classifier in classifiers) classifier.Dispose();
            throw;
        }
    }

    /// <summary>Creates a single classifier. At most one thread at a time may use the classifier.</summary>
    /// <inheritdoc cref="Create"/>
    public static IDigitClassifier CreateOne(
        string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, double temperature = 1, DigitScore? score = null) =>
        Create(modelId, kind, state, scaling, device, count: 1, temperature, score)[0];
}
