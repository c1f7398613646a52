using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Interpretations;

/// <summary>
/// Erases connected components of ink that cover at least half of an edge of the image, for example the dark band of a scan, a window frame or the table beside
/// the paper.
/// </summary>
internal static class EdgeInk
{
    /// <summary>
    /// A connected component of ink is erased if it covers at least this fraction of the length of an edge of the image. A digit that is cut off at an edge
    /// usually covers less.
    /// </summary>
    private const double LeastCover = 0.5;

    /// <summary>
    /// Erases the connected components of ink that cover at least half of an edge of the image. Erases nothing if no other ink would remain.
    /// </summary>
    /// <param name="map">Foreground map of the image.</param>
    /// <returns>The remaining ink, and its threshold in gray levels. Pixels with more ink than the threshold belong to a stroke.</returns>
    /// <exception cref="ImageException">The image has no ink.</exception>
    public static (ForegroundMap Ink, double Threshold) EraseUnlessAll(ForegroundMap map)
    {
        var rest = Erase(map, DigitSegmentation.Threshold(map)) ?? map;
        return (rest, DigitSegmentation.Threshold(rest));
    }

    /// <summary>Erases the connected components of ink that cover at least half of an edge of the image.</summary>
    /// <param name="map">Foreground map of the image.</param>
    /// <param name="threshold">Threshold in gray levels. Pixels with more ink belong to a component.</param>
    /// <returns>
    /// The remaining ink; <paramref name="map"/> itself if no component covers at least half of an edge; <c>null</c> if all components would be erased.
    /// </returns>
    public static ForegroundMap? Erase(ForegroundMap map, double threshold)
    {
        var ink = map.Ink;
        var found = ConnectedComponents.Find(ink, threshold);
        var erased = new bool[found.Parts.Count + 1];
        Mark(ink.Width, x => found.Labels[x]);
        Mark(ink.Width, x => found.Labels[(ink.Height - 1) * ink.Width + x]);
        Mark(ink.Height, y => found.Labels[y * ink.Width]);
        Mark(ink.Height, y => found.Labels[y * ink.Width + ink.Width - 1]);
        var count = erased.Count(isErased => isErased);
        if (count == 0) return map;
        if (count == found.Parts.Count) return null;
        var rest = new Plane(ink.Width, ink.Height);
        for (var i = 0; i < rest.Values.Length; i++)
            if (!erased[found.Labels[i]]) rest.Values[i] = ink.Values[i];
        return map with { Ink = rest };

        void Mark(int length, Func<int, int> labelAt)
        {
            var pixels = new Dictionary<int, int>();
            for (var at = 0; at < length; at++)
                if (labelAt(at) is > 0 and var label) pixels[label] = pixels.GetValueOrDefault(label) + 1;
            foreach (var (label, covered) in pixels)
                if (covered >= LeastCover * length) erased[label] = true;
        }
    }
}
