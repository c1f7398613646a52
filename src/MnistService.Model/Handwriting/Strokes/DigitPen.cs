using System.Numerics;
using MnistService.Model.Imaging;

namespace MnistService.Model.Handwriting.Strokes;

/// <summary>Draws the strokes of a digit with a random pen: a hairline, a usual pen or a felt pen, with soft or hard edges.</summary>
internal static class DigitPen
{
    /// <summary>Share of drawings with hard edges, as from a paint program.</summary>
    private const double HardShare = 0.3;

    /// <summary>Smallest half-width with hard edges: a thinner line would have gaps.</summary>
    private const double MinHardHalfWidth = 0.55;

    /// <summary>Widths are multiples of 1 / <see cref="Grid"/> pixels.</summary>
    private const double Grid = 64;

    /// <summary>Share of drawings with any pen in which the pen may close a loop.</summary>
    private const double ClosedLoopShare = 0.05;

    /// <summary>Share of drawings with a felt pen that closes loops, and its half-widths in pixels. Such a digit is readable by its outline.</summary>
    private const double FeltPenShare = 0.08, MinFeltHalfWidth = 1.6, MaxFeltHalfWidth = 2.6;

    /// <summary>Draws the strokes into MNIST's frame.</summary>
    /// <param name="maxHalfWidth">Largest half-width of the pen in pixels.</param>
    /// <param name="maxFeltHalfWidth">Largest half-width of a felt pen that closes loops, in pixels; 0: none is used.</param>
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

    /// <summary>Draws a random half-width in pixels.</summary>
    private static double HalfWidth(Random random) => random.NextDouble() switch
    {
        < 0.2 => random.Between(0.35, 0.75),
        < 0.7 => random.Between(0.7, 2),
        _ => random.Between(2, 3.5),
    };

    private static float FullWidth(double half) => (float)(Math.Round(2 * half * Grid) / Grid);

    /// <summary>Counts the connected components of the paper that the ink encloses, without single pixels.</summary>
    private static int Loops(byte[] pixels)
    {
        Span<bool> visited = stackalloc bool[DigitImage.PixelCount];
        Span<int> open = stackalloc int[DigitImage.PixelCount];
        Fill(0, visited, open); // the paper around the digit, which keeps clear of the corners
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
