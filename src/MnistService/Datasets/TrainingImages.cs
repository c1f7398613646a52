using MnistService.Model.Datasets;

namespace MnistService.Datasets;

/// <summary>Images of a training job.</summary>
/// <param name="Train">Training images; the last part is held out for validation.</param>
/// <param name="Test">MNIST's test images; <c>null</c> if they are not available.</param>
/// <param name="Sha256">SHA-256 of the content of the data set, hexadecimal.</param>
internal sealed record TrainingImages(LabeledImages Train, LabeledImages? Test, string Sha256);
