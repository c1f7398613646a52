namespace MnistService.Model.Imaging.Decoding;

/// <summary>Checks the dimensions that an image's header declares, before memory is allocated for the pixels.</summary>
internal static class ImageSize
{
    /// <summary>
    /// Maximum ratio of an image's longer side to its shorter side, and of the ink's width to its height. Images of digits usually have smaller ratios, so an
    /// image with a larger ratio is rejected.
    /// </summary>
    public const int MaxAspect = 20;

    /// <exception cref="ImageException">
    /// A side is not 1 to 2,147,483,647 pixels, the image has more than <paramref name="maxPixels"/> pixels, or a side is more than
    /// <see cref="MaxAspect"/> times as long as the other side.
    /// </exception>
    public static void Check(long width, long height, int maxPixels)
    {
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue)
            throw new ImageException(ImageError.Unreadable,
                $"The image's header declares {width}×{height} pixels; expected 1 to {int.MaxValue} per side. Save the image again, for example as a PNG.");
        if (width * height > maxPixels)
            throw new ImageException(ImageError.TooLarge, $"The image has {width}×{height} = {width * height} pixels; at most {maxPixels} are allowed. "
                + "Scale the image down.");
        if (Math.Max(width, height) > MaxAspect * Math.Min(width, height))
            throw new ImageException(ImageError.BadProportions,
                $"The image has {width}×{height} pixels; one side may be at most {MaxAspect} times as long as the other. Crop the image to the digit.");
    }
}
