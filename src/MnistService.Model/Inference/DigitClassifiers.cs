using MnistService.Model.Architectures;
using MnistService.Model.Inference.Cpu;
using MnistService.Model.Native;
using MnistService.Model.Weights;

namespace MnistService.Model.Inference;

/// <summary>
/// Makes what serves a model on a device: on the CPU this library's own forward pass (<see cref="FusedNetwork"/>), prepared once and shared; on a GPU,
/// or where it was asked for, a network of TorchSharp's for each.
/// </summary>
public static class DigitClassifiers
{
    /// <param name="modelId">The id in the store.</param>
    /// <param name="kind">Which network the weights belong to.</param>
    /// <param name="state">The weights; every name and shape is checked.</param>
    /// <param name="scaling">What the network was trained with.</param>
    /// <param name="device">Where it computes, and with what; where that is TorchSharp, libtorch has been loaded.</param>
    /// <param name="count">Classifiers, each for one thread at a time.</param>
    /// <param name="temperature">What the logits are divided by.</param>
    /// <exception cref="ModelFormatException">The weights are not this network's.</exception>
    public static IReadOnlyList<IDigitClassifier> Create(
        string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, int count, double temperature = 1)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(device);
        if (!device.UsesTorch)
        {
            var model = new FusedModel(modelId, FusedNetwork.Prepare(kind, state, scaling), temperature);
            return [.. Enumerable.Range(0, count).Select(_ => new FusedDigitClassifier(model))];
        }
        var classifiers = new List<IDigitClassifier>(count);
        try
        {
            while (classifiers.Count < count) classifiers.Add(new TorchDigitClassifier(modelId, kind, state, scaling, device, temperature));
            return classifiers;
        }
        catch
        {
            foreach (var classifier in classifiers) classifier.Dispose();
            throw;
        }
    }

    /// <summary>One of them.</summary>
    /// <inheritdoc cref="Create"/>
    public static IDigitClassifier CreateOne(string modelId, NetworkKind kind, StateDict state, PixelScaling scaling, DeviceChoice device, double temperature = 1) =>
        Create(modelId, kind, state, scaling, device, count: 1, temperature)[0];
}
