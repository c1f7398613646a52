namespace MnistService.Model.Handwriting.Strokes;

/// <summary>One way to write a digit.</summary>
/// <param name="Weight">Relative frequency among the styles of the digit.</param>
/// <param name="Draw">Draws the strokes with random proportions.</param>
/// <param name="MaxHalfWidth">Half-width in pixels of the widest pen with which a digit of usual width stays readable.</param>
internal sealed record DigitStyle(double Weight, Func<Random, Pen> Draw, double MaxHalfWidth);
