using MnistService.Model.Datasets;
using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>
/// The complete state of a training run. A run that resumes from a checkpoint ends with bit-identical weights to a run without interruption (on
/// the CPU, with the same number of threads). No random generator state is stored: <see cref="RandomStreams"/> needs only seed, epoch and step.
/// </summary>
/// <param name="Step">Number of completed steps (batches).</param>
/// <param name="Epochs">Results of the completed epochs.</param>
/// <param name="Seconds">Duration of the run so far, in seconds.</param>
/// <param name="EpochSeconds">Duration of the unfinished epoch so far, in seconds.</param>
/// <param name="State">
/// Weights, running statistics, optimizer moments, weight average (EMA), and the sums of the unfinished epoch. The prefix of a tensor name
/// identifies its part.
/// </param>
public sealed record Checkpoint(int Step, IReadOnlyList<EpochResult> Epochs, double Seconds, double EpochSeconds, StateDict State);
