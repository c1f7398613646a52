namespace MnistService.Model.Imaging.Decoding;

/// <summary>The dimensions that a header announces, judged before anything is allocated for them.</summary>
internal static class PictureSize
{
    /// <summary>The longer side over the shorter one, at most; no digit is drawn on a longer strip.</summary>
    public const int MaxAspect = 20;

    /// <exception cref="PictureException">No pixels, too many, or a strip.</exception>
    public static void Check(long width, long height, int maxPixels)
    {
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue)
            throw new PictureException(PictureError.Unreadable, $"The header says {width}×{height} pixels.");
        if (width * height > maxPixels)
            throw new PictureException(PictureError.TooLarge, $"The picture has {width}×{height} = {width * height} pixels; at most {maxPixels} are read.");
        if (Math.Max(width, height) > MaxAspect * Math.Min(width, height))
            throw new PictureException(PictureError.BadProportions, $"The picture is {width}×{height}; a side may be at most {MaxAspect} times the other.");
    }
}
