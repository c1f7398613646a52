using MnistService.Model.Datasets;
using MnistService.Model.Weights;

namespace MnistService.Model.Training;

/// <summary>
/// Where a run stands, complete: gone on with from here, it ends with the same weights, bit for bit, as if it had never stopped (on the
/// CPU, with the same number of threads). Randomness is no part of it: <see cref="RandomStreams"/> needs only seed, epoch and step.
/// </summary>
/// <param name="Step">Batches done.</param>
/// <param name="Epochs">The passes that are finished.</param>
/// <param name="Seconds">Time so far.</param>
/// <param name="EpochSeconds">Time of the unfinished pass.</param>
/// <param name="State">Weights, statistics, the optimizer's moments, the average, and the unfinished pass's sums, each under a prefix of its own.</param>
public sealed record Checkpoint(int Step, IReadOnlyList<EpochResult> Epochs, double Seconds, double EpochSeconds, StateDict State);
