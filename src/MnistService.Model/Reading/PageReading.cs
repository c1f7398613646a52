using MnistService.Model.Imaging;

namespace MnistService.Model.Reading;

/// <summary>The digits that were found in an image.</summary>
/// <param name="Text">The digits in reading order; lines are separated by <c>'\n'</c>. Empty if no mark is a digit.</param>
/// <param name="Digits">The digits, in the order of <paramref name="Text"/>.</param>
/// <param name="Ignored">Number of atoms (marks or pieces of marks) that are not part of a digit, plus <see cref="PageMarks.Ignored"/>.</param>
/// <param name="IsSeveral">Whether <see cref="SeveralDigits"/> is certain that the image shows two or more digits.</param>
public sealed record PageReading(string Text, IReadOnlyList<ReadDigit> Digits, int Ignored, bool IsSeveral);

/// <summary>One digit of an image.</summary>
/// <param name="Digit">The most probable digit, 0–9, of the mark.</param>
/// <param name="Confidence">Probability of <paramref name="Digit"/>, 0–1, given that the mark is a digit.</param>
/// <param name="DigitProbability">Probability that the mark is a digit, 0–1. An assumed value of 0.99 if the model has no digit score.</param>
/// <param name="Box">Bounding box of the digit in pixels of the upright image.</param>
/// <param name="Line">Zero-based index of the line of text in <see cref="PageReading.Text"/>.</param>
/// <param name="Image">The digit as network input, in MNIST's format.</param>
public sealed record ReadDigit(int Digit, float Confidence, float DigitProbability, PixelBox Box, int Line, DigitImage Image);
