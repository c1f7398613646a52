namespace MnistService.Submissions;

/// <summary>One of the least confident predictions of a submission.</summary>
/// <param name="ImageId">Row number in the submission, starting at 1.</param>
/// <param name="Digit">The predicted digit.</param>
/// <param name="Confidence">Probability of the predicted digit, from 0 to 1.</param>
internal sealed record UncertainAnswer(int ImageId, int Digit, double Confidence);

/// <summary>One of the least confident predictions of a submission, with the pixels of its image.</summary>
/// <param name="ImageId">Row number in the submission, starting at 1.</param>
/// <param name="Digit">The predicted digit.</param>
/// <param name="Confidence">Probability of the predicted digit, from 0 to 1.</param>
/// <param name="Pixels">
/// 28×28 bytes in row-major order, 0 = paper, 255 = ink; base64 in JSON. Null if an older version of the service stored the submission.
/// </param>
internal sealed record UncertainRow(int ImageId, int Digit, double Confidence, byte[]? Pixels);
