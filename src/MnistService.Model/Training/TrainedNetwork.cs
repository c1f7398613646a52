using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>The result of a completed training run.</summary>
/// <param name="Parameters">Number of trainable values.</param>
/// <param name="State">The evaluated weights: the exponential moving average, or the last weights if averaging is off.</param>
/// <param name="Epochs">One result per epoch.</param>
/// <param name="Seconds">Duration of the whole run in seconds, including the time before an interruption.</param>
public sealed record TrainedNetwork(long Parameters, StateDict State, IReadOnlyList<EpochResult> Epochs, double Seconds);
