using System.Numerics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>
/// Draws the strokes of a digit with a pen of random width, with or without anti-aliasing. A pen that would fill loops of the digit is usually replaced by a
/// thinner pen.
/// </summary>
internal static class DigitPen
{
    /// <summary>Fraction of the images that are drawn without anti-aliasing, as in a paint program: each of their pixels is either ink or paper.</summary>
    private const double HardShare = 0.3;

    /// <summary>
    /// Minimum half-width, in pixels, of a line that is drawn without anti-aliasing. A thinner line would have gaps. Does not apply to felt pens.
    /// </summary>
    private const double MinHardHalfWidth = 0.55;

    /// <summary>
    /// Pen widths are rounded to multiples of 1/64 pixel. Because of the rounding, last-bit differences of sine and cosine between machines rarely change an
    /// image.
    /// </summary>
    private const double Grid = 64;

    /// <summary>Probability that a pen other than a felt pen may fill loops of the digit. Otherwise, a thinner pen is tried if a loop is filled.</summary>
    private const double ClosedLoopShare = 0.05;

    /// <summary>
    /// Probability of a felt pen, for digits other than 0 and 1. A felt pen is allowed to fill loops, because the outline of the digit remains readable.
    /// </summary>
    private const double FeltPenShare = 0.08;

    /// <summary>Minimum half-width, in pixels, of a felt pen for a digit of normal width. A narrow digit gets a thinner pen.</summary>
    private const double MinFeltHalfWidth = 1.6;

    /// <summary>Maximum random half-width of a felt pen, in pixels. A narrow digit gets a thinner pen.</summary>
    private const double MaxFeltHalfWidth = 2.6;

    /// <summary>Draws the strokes into a 28×28 image in MNIST's layout (<see cref="StrokeFrame"/>).</summary>
    /// <param name="maxHalfWidth">Maximum half-width of a pen other than a felt pen, in pixels.</param>
    /// <param name="maxFeltHalfWidth">Maximum half-width of a felt pen, in pixels; 0 if no felt pen may be used.</param>
    /// <returns>784 bytes, row-major, 0 = paper, 255 = ink.</returns>
    public static byte[] Draw(IReadOnlyList<Vector2[]> strokes, double maxHalfWidth, double maxFeltHalfWidth, Random random)
    {
        if (maxFeltHalfWidth > 0 && random.Chance(FeltPenShare))
            return StrokeFrame.Draw(strokes, FullWidth(Math.Min(random.Between(MinFeltHalfWidth, MaxFeltHalfWidth), maxFeltHalfWidth)), random.Chance(HardShare));
        var half = Math.Min(HalfWidth(random), maxHalfWidth * random.Between(0.75, 1));
        var isHard = random.Chance(HardShare);
        if (isHard) half = Math.Max(half, MinHardHalfWidth);
        var pixels = StrokeFrame.Draw(strokes, FullWidth(half), isHard);
        if (half <= 1 || random.Chance(ClosedLoopShare)) return pixels;
        var loops = Math.Min(2, Loops(StrokeFrame.Draw(strokes, FullWidth(0.7))));
        while (half > 0.9 && Loops(pixels) < loops)
        {
            half *= 0.87;
            pixels = StrokeFrame.Draw(strokes, FullWidth(half), isHard);
        }
        return pixels;
    }

    /// <summary>Returns a random half-width in pixels, from 0.35 to 3.5.</summary>
    private static double HalfWidth(Random random) => random.NextDouble() switch
    {
        < 0.2 => random.Between(0.35, 0.75),
        < 0.7 => random.Between(0.7, 2),
        _ => random.Between(2, 3.5),
    };

    private static float FullWidth(double half) => (float)(Math.Round(2 * half * Grid) / Grid);

    /// <summary>
    /// Counts the loops of the digit in an image. A loop is a connected component of paper that the ink encloses and that has more than one pixel.
    /// </summary>
    private static int Loops(byte[] pixels)
    {
        Span<bool> visited = stackalloc bool[DigitImage.PixelCount];
        Span<int> open = stackalloc int[DigitImage.PixelCount];
        Fill(0, visited, open); // marks the paper around the digit as visited, starting at a corner of the image
        var loops = 0;
        for (var i = 0; i < pixels.Length; i++)
            if (!visited[i] && pixels[i] < 128 && Fill(i, visited, open) > 1) loops++;
        return loops;

        int Fill(int start, Span<bool> visited, Span<int> open)
        {
            (open[0], visited[start]) = (start, true);
            var (first, end) = (0, 1);
            while (first < end)
            {
                var at = open[first++];
                var (x, y) = (at % DigitImage.Side, at / DigitImage.Side);
                if (x > 0) Visit(at - 1, visited, open, ref end);
                if (x < DigitImage.Side - 1) Visit(at + 1, visited, open, ref end);
                if (y > 0) Visit(at - DigitImage.Side, visited, open, ref end);
                if (y < DigitImage.Side - 1) Visit(at + DigitImage.Side, visited, open, ref end);
            }
            return end;
        }

        void Visit(int next, Span<bool> visited, Span<int> open, ref int end)
        {
            if (visited[next] || pixels[next] >= 128) return;
            visited[next] = true;
            open[end++] = next;
        }
    }
}
