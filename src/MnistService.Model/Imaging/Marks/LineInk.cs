using System.Numerics.Tensors;
using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>The ink of one line of text in upright orientation.</summary>
/// <param name="Ink">Ink in gray levels.</param>
/// <param name="Labels">
/// One label per pixel of <paramref name="Ink"/>, row-major: the index of a mark of the line plus 1; 0 if the pixel belongs to no mark of the line.
/// <see cref="LineAtoms.Cut"/> replaces the marks by atoms (marks or pieces of marks).
/// </param>
/// <param name="Place">Position and scale of <paramref name="Ink"/> in the upright image.</param>
/// <param name="Height">Typical height of the digits in the line of text, in pixels of <paramref name="Ink"/>.</param>
internal sealed record LineInk(Plane Ink, int[] Labels, PlanePlacement Place, int Height)
{
    /// <summary>
    /// If the typical digit height in a line of text is below this number of pixels of the downscaled image, the ink of the line is measured again at a higher
    /// resolution. At that resolution, strokes keep their shape and width.
    /// </summary>
    private const int EnoughHeight = 96;

    /// <summary>Maximum number of pixels of <see cref="Ink"/> if the ink of a line of text is measured again at a higher resolution.</summary>
    internal const int MostPixels = 1_200_000;

    /// <summary>Label of a pixel with ink that belongs to no mark of the line of text.</summary>
    private const int Other = -1;

    /// <summary>Copies the ink of a line of text from the downscaled image, at the resolution of that image.</summary>
    public static LineInk Take(UprightPage page, List<PageMark> line)
    {
        var part = Bounds(line).Grow(1, page.Ink.Width, page.Ink.Height);
        var labels = Labeled(page, line, part);
        foreach (ref var label in labels.AsSpan()) label = Math.Max(0, label);
        return new(page.Ink.Crop(part), labels, page.Place with { Left = page.Place.Left + part.Left * page.Place.Scale, Top = page.Place.Top + part.Top * page.Place.Scale }, MarkLines.Height(line));
    }

    /// <summary>Measures the ink of a line of text again, at a higher resolution than that of the downscaled image in which the marks were found.</summary>
    /// <returns>
    /// The ink; <c>null</c> in three cases: the digits are large enough in the downscaled image, <paramref name="image"/> has no higher resolution than the
    /// downscaled image, or no ink is found at the higher resolution.
    /// </returns>
    public static LineInk? Magnify(UprightPage page, List<PageMark> line, DecodedImage image)
    {
        var height = MarkLines.Height(line);
        var place = page.Place;
        if (height >= EnoughHeight || place.Scale <= image.Reduction) return null;
        var margin = height / 2 + 2;
        var near = Bounds(line).Grow(margin, page.Ink.Width, page.Ink.Height); // the background model needs a margin of paper around the ink
        var part = PlanePlacement.ToStored(place.ToImage(near), image);
        var block = Math.Max(1, height * place.Scale / image.Reduction / EnoughHeight);
        while (part.Area / block / block > MostPixels) block++;
        var colors = PageColors.Take(image.Bitmap, part, (part.LongSide + block - 1) / block, page.Page.Under);
        if (colors.Block * image.Reduction >= place.Scale) return null;
        var measured = ForegroundMap.Measure(colors, page.Page.Ink.IsDark ? InvertMode.Always : InvertMode.Never, page.Page.Ink.IsLocal, page.Page.Ink.MostNoise);
        var ink = ExifOrientation.Upright(measured.Ink, image.Orientation);
        var stored = new Box(part.Left, part.Top, part.Left + colors.Width * colors.Block, part.Top + colors.Height * colors.Block);
        var fine = PlanePlacement.Of(image, stored, colors.Block);
        var labels = Transfer(Spread(Labeled(page, line, near), near.Width), near, place, ink, fine);
        if (TensorPrimitives.Max<float>(ink.Values) <= measured.Faintest) return null;
        var threshold = DigitSegmentation.Threshold(measured with { Ink = ink });
        for (var i = 0; i < labels.Length; i++)
            if (ink.Values[i] <= threshold) labels[i] = 0;
        return new(ink, labels, fine, height * place.Scale / fine.Scale);
    }

    private static Box Bounds(List<PageMark> line) => Box.Around(line.Select(mark => mark.Bounds));

    /// <summary>
    /// Returns one label per pixel of <paramref name="part"/>, row-major: the index of a mark of <paramref name="line"/> plus 1; 0 for paper; −1 for ink that
    /// belongs to no mark of <paramref name="line"/>.
    /// </summary>
    private static int[] Labeled(UprightPage page, List<PageMark> line, Box part)
    {
        var marks = new int[page.Found.Parts.Count + 1];
        Array.Fill(marks, Other);
        marks[0] = 0;
        foreach (var (index, mark) in line.Index())
            foreach (var label in mark.Labels) marks[label] = index + 1;
        var labels = new int[part.Area];
        for (var y = 0; y < part.Height; y++)
            for (var x = 0; x < part.Width; x++) labels[y * part.Width + x] = marks[page.Found.Labels[(part.Top + y) * page.Ink.Width + part.Left + x]];
        return labels;
    }

    /// <summary>
    /// Dilates the label of each mark by two pixels into the surrounding paper. At a higher resolution, ink can extend beyond the pixels that belong to the
    /// mark in the downscaled image.
    /// </summary>
    private static int[] Spread(int[] labels, int width)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            var before = (int[])labels.Clone();
            for (var i = 0; i < labels.Length; i++)
            {
                if (before[i] != 0) continue;
                var x = i % width;
                var (left, right) = (x > 0 ? before[i - 1] : 0, x < width - 1 ? before[i + 1] : 0);
                var (above, below) = (i >= width ? before[i - width] : 0, i + width < before.Length ? before[i + width] : 0);
                labels[i] = Math.Max(Math.Max(left, right), Math.Max(above, below));
            }
        }
        return labels;
    }

    /// <summary>
    /// Transfers the labels of marks to a plane of a higher resolution. Sets <paramref name="ink"/> to 0 in the pixels that belong to no mark of the line of
    /// text.
    /// </summary>
    /// <param name="from">One label per pixel of <paramref name="part"/>, row-major.</param>
    /// <param name="part">The region that the labels cover, in pixels of the downscaled sheet of paper.</param>
    /// <param name="page">Position and scale of the downscaled sheet of paper in the upright image.</param>
    /// <param name="ink">Ink at the higher resolution. Modified in place.</param>
    /// <param name="fine">Position and scale of <paramref name="ink"/> in the upright image.</param>
    /// <returns>One label per pixel of <paramref name="ink"/>, row-major.</returns>
    private static int[] Transfer(int[] from, Box part, PlanePlacement page, Plane ink, PlanePlacement fine)
    {
        var labels = new int[ink.Values.Length];
        for (var y = 0; y < ink.Height; y++)
        {
            var row = Math.Clamp((fine.Top + y * fine.Scale + fine.Scale / 2 - page.Top) / page.Scale - part.Top, 0, part.Height - 1);
            for (var x = 0; x < ink.Width; x++)
            {
                var column = Math.Clamp((fine.Left + x * fine.Scale + fine.Scale / 2 - page.Left) / page.Scale - part.Left, 0, part.Width - 1);
                var label = from[row * part.Width + column];
                if (label > 0) labels[y * ink.Width + x] = label;
                else ink[x, y] = 0;
            }
        }
        return labels;
    }
}
