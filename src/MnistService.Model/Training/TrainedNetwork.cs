using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>What a finished run leaves.</summary>
/// <param name="Parameters">Trainable values of the network.</param>
/// <param name="State">The weights that were evaluated: the average where one was kept, else the last ones.</param>
/// <param name="Epochs">One result a pass.</param>
/// <param name="Seconds">Time of the whole run.</param>
public sealed record TrainedNetwork(long Parameters, StateDict State, IReadOnlyList<EpochResult> Epochs, double Seconds);
