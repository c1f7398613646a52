namespace MnistService.Model.Handwriting.Strokes;

/// <summary>A way to write a digit, for example a 7 with a crossbar.</summary>
/// <param name="Weight">Relative frequency of this style among the styles of the digit.</param>
/// <param name="Draw">Returns the strokes of the digit with random proportions.</param>
/// <param name="MaxHalfWidth">
/// Maximum half-width, in pixels of the 28×28 image, of a pen with which a digit of this style remains readable. Valid for a digit that is at least half as
/// wide as high; a narrower digit needs a thinner pen.
/// </param>
internal sealed record DigitStyle(double Weight, Func<Random, Pen> Draw, double MaxHalfWidth);
