using MnistService.Model.Datasets;

namespace MnistService.Datasets;

/// <summary>What a job is given.</summary>
/// <param name="Train">Pictures to learn from; the last part is held out for validation.</param>
/// <param name="Test">MNIST's test images; null when they are not at hand.</param>
/// <param name="Sha256">Checksum of the data set's content, hexadecimal.</param>
internal sealed record TrainingPictures(LabelledImages Train, LabelledImages? Test, string Sha256);
