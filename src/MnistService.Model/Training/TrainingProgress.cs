namespace MnistService.Model.Training;

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">The current pass, from 1.</param>
/// <param name="Epochs">Passes in all.</param>
/// <param name="Step">Batches done.</param>
/// <param name="Steps">Batches in all.</param>
/// <param name="ImagesPerSecond">Since the previous report.</param>
/// <param name="EtaSeconds">Time left at the average pace so far.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Step, int Steps, double ImagesPerSecond, double EtaSeconds);
