using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Finds ink that is darker than everything else on the page, or lighter than everything else, for example a black digit on graph paper with thick colored
/// lines. The paper is not measured: between dense lines, there may be too little of it.
/// </summary>
internal static class DarkestInk
{
    /// <summary>Number of gray levels.</summary>
    private const int Levels = 256;

    /// <summary>Minimum number of pixels of the ink. Fewer pixels can be noise.</summary>
    private const int LeastPixels = 12;

    /// <summary>Maximum number of pixels of the ink, as a fraction of the page.</summary>
    private const double MostArea = 0.25;

    /// <summary>
    /// Maximum growth of the number of pixels between two thresholds that separate the same ink. It is not 1, because the edges of strokes are soft. When the
    /// threshold reaches the level of the lines, the number grows much more.
    /// </summary>
    private const double MostGrowth = 1.8;

    /// <summary>Minimum distance between the ink and everything else, in gray levels.</summary>
    private const int LeastDistance = 20;

    /// <param name="page">The image, or a region of the image.</param>
    /// <param name="map">Foreground map of <paramref name="page"/>.</param>
    /// <param name="mayTurn">Whether the polarity may differ from that of <paramref name="map"/>. The polarity with fewer pixels of ink is then chosen.</param>
    /// <returns>
    /// The ink, and the threshold in gray levels above which a pixel belongs to a stroke; <c>null</c> if no ink is clearly darker or lighter than the rest.
    /// </returns>
    public static (ForegroundMap Ink, double Threshold)? Find(PageColors page, ForegroundMap map, bool mayTurn)
    {
        var brightness = page.Luma();
        var counts = new int[Levels];
        foreach (var value in brightness.Values) counts[Math.Clamp((int)value, 0, Levels - 1)]++;
        var dark = mayTurn || map.IsDark ? Separate(counts) : null;
        Array.Reverse(counts);
        var light = mayTurn || !map.IsDark ? Separate(counts) : null;
        var isDark = dark is not null && (light is null || dark.Value.Pixels <= light.Value.Pixels);
        if ((isDark ? dark : light) is not var (ink, rest, _)) return null;
        var plane = new Plane(brightness.Width, brightness.Height);
        for (var i = 0; i < plane.Values.Length; i++) plane.Values[i] = MathF.Max(0, rest - (isDark ? brightness.Values[i] : Levels - 1 - brightness.Values[i]));
        return (map with { Ink = plane, IsDark = isDark }, (rest - ink) / 2.0);
    }

    /// <summary>
    /// Finds the range of thresholds that separates the darkest ink: over this range, the number of pixels below the threshold grows by at most the
    /// factor <see cref="MostGrowth"/>. The ranges of lighter things on the page are ignored.
    /// </summary>
    /// <param name="counts">[256] number of pixels by level. Ink has the lowest levels.</param>
    /// <returns>The first and the last threshold of the range, and the number of pixels below the first one; <c>null</c> if there is no such range.</returns>
    private static (int Ink, int Others, int Pixels)? Separate(int[] counts)
    {
        var below = new int[Levels + 1]; // below[t]: number of pixels with a level below t
        for (var level = 0; level < Levels; level++) below[level + 1] = below[level] + counts[level];
        var (first, last) = (0, 0);
        for (int ink = 1, others = 1; ink <= Levels && below[ink] <= MostArea * below[Levels]; ink++)
        {
            if (below[ink] < LeastPixels) continue;
            if (ink > last && last - first >= LeastDistance) break; // the threshold has left the range of the darkest ink
            others = Math.Max(others, ink);
            while (others < Levels && below[others + 1] <= MostGrowth * below[ink]) others++;
            if (others - ink > last - first) (first, last) = (ink, others);
        }
        return last - first >= LeastDistance ? (first, last, below[first]) : null;
    }
}
