using MnistService.Model.Imaging.Decoding;
using MnistService.Model.Imaging.Normalizing;

namespace MnistService.Model.Imaging.Marks;

/// <summary>
/// Position and scale of a plane (an array with one value per pixel) in the full-size image of the file. Both the plane and the image are in upright
/// orientation.
/// </summary>
/// <param name="Left">
/// Left edge of the plane in pixels of the upright image. At the right and bottom edges of the stored image, blocks of averaged pixels can be incomplete. If
/// the EXIF orientation mirrors or rotates the image, these blocks can be at the left edge, and the position can then be negative.
/// </param>
/// <param name="Top">Top edge of the plane in pixels of the upright image. Can be negative for the same reason as <paramref name="Left"/>.</param>
/// <param name="Scale">Number of pixels of the upright image per pixel of the plane, in each direction.</param>
/// <param name="Width">Width of the upright image in pixels.</param>
/// <param name="Height">Height of the upright image in pixels.</param>
internal sealed record PlanePlacement(int Left, int Top, int Scale, int Width, int Height)
{
    /// <summary>Returns the position and scale of the plane that results from downscaling a region of a decoded image.</summary>
    /// <param name="part">
    /// The downscaled region, in pixels of <paramref name="image"/> in the stored orientation. The region can extend beyond the right and bottom edges of the
    /// image, because the last block of averaged pixels can be incomplete.
    /// </param>
    /// <param name="block">Number of pixels of <paramref name="image"/> per pixel of the plane, in each direction.</param>
    public static PlanePlacement Of(DecodedImage image, Box part, int block)
    {
        var times = image.Reduction;
        var upright = ExifOrientation.Upright(new(part.Left * times, part.Top * times, part.Right * times, part.Bottom * times), image.FileWidth, image.FileHeight, image.Orientation);
        var (width, height) = ExifOrientation.UprightSize(image.FileWidth, image.FileHeight, image.Orientation);
        return new(upright.Left, upright.Top, block * times, width, height);
    }

    /// <summary>Converts a box from pixels of the downscaled plane to pixels of the upright, full-size image, and clips it to the image.</summary>
    public Box ToImage(Box box) => new(
        Math.Clamp(Left + box.Left * Scale, 0, Width), Math.Clamp(Top + box.Top * Scale, 0, Height),
        Math.Clamp(Left + box.Right * Scale, 0, Width), Math.Clamp(Top + box.Bottom * Scale, 0, Height));

    /// <summary>Converts a box from pixels of a decoded image, in the stored orientation, to pixels of the full-size upright image.</summary>
    public static PixelBox ToUpright(Box stored, DecodedImage image)
    {
        var place = Of(image, stored, block: 1);
        var (width, height) = ExifOrientation.UprightSize(stored.Width, stored.Height, image.Orientation);
        var box = place.ToImage(new(0, 0, width, height));
        return new(box.Left, box.Top, box.Width, box.Height);
    }

    /// <summary>
    /// Converts a box from pixels of the full-size upright image to pixels of a decoded image in the stored orientation. The box is rounded outward and clipped
    /// to the decoded image.
    /// </summary>
    public static Box ToStored(Box box, DecodedImage image)
    {
        var (width, height) = ExifOrientation.UprightSize(image.FileWidth, image.FileHeight, image.Orientation);
        var stored = ExifOrientation.Upright(box, width, height, ExifOrientation.Inverse(image.Orientation));
        var times = image.Reduction;
        return new(Math.Max(0, stored.Left / times), Math.Max(0, stored.Top / times),
            Math.Min(image.Bitmap.Width, (stored.Right + times - 1) / times), Math.Min(image.Bitmap.Height, (stored.Bottom + times - 1) / times));
    }
}
