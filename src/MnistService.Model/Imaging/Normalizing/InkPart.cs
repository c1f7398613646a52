namespace MnistService.Model.Imaging.Normalizing;

/// <summary>Connected ink, or several pieces of it.</summary>
/// <param name="Label">The number that its pixels carry.</param>
/// <param name="Bounds">The box around it.</param>
/// <param name="Pixels">How many pixels it has.</param>
/// <param name="Sum">Sum of the ink.</param>
/// <param name="Squares">Sum of the ink squared; strong strokes outweigh faint shadows.</param>
/// <param name="Cubes">Sum of the ink cubed.</param>
/// <param name="Fourths">Sum of the ink to the fourth power.</param>
internal readonly record struct InkPart(int Label, Box Bounds, int Pixels, double Sum, double Squares, double Cubes, double Fourths)
{
    /// <summary>The typical strength of the strokes themselves, edges and shadows hardly counted.</summary>
    public double Strength => Fourths / Cubes;
}
