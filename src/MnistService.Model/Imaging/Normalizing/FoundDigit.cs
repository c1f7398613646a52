namespace MnistService.Model.Imaging.Normalizing;

/// <summary>The ink of the digit alone.</summary>
/// <param name="Ink">0 = paper, 1 = the typical strength of its strokes; nothing that does not belong to it.</param>
/// <param name="Bounds">The box around it.</param>
internal sealed record FoundDigit(Plane Ink, Box Bounds);
