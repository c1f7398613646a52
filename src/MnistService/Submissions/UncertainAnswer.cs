namespace MnistService.Submissions;

/// <summary>An answer that may be wrong.</summary>
/// <param name="ImageId">Row, from 1, as in the submission.</param>
/// <param name="Digit">The answer.</param>
/// <param name="Confidence">Its probability.</param>
internal sealed record UncertainAnswer(int ImageId, int Digit, double Confidence);
