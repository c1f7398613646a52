namespace MnistService.Submissions;

/// <summary>An answer that may be wrong.</summary>
/// <param name="ImageId">Row, from 1, as in the submission.</param>
/// <param name="Digit">The answer.</param>
/// <param name="Confidence">Its probability.</param>
internal sealed record UncertainAnswer(int ImageId, int Digit, double Confidence);

/// <summary>An answer that may be wrong, with what it is of.</summary>
/// <param name="ImageId">Row, from 1, as in the submission.</param>
/// <param name="Digit">The answer.</param>
/// <param name="Confidence">Its probability.</param>
/// <param name="Pixels">28×28 bytes in row order, 0 = paper, 255 = ink; base64 in JSON. Null in submissions by older versions.</param>
internal sealed record UncertainRow(int ImageId, int Digit, double Confidence, byte[]? Pixels);
