using MnistService.Model.Imaging.Normalizing;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging.Normalizing;

public sealed class ExifOrientationTests
{
    /// <summary>The stored pixels are 123 above 456. The name of an orientation says where the upright image has the first stored row and column.</summary>
    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft, "123", "456")]
    [InlineData(SKEncodedOrigin.TopRight, "321", "654")]
    [InlineData(SKEncodedOrigin.BottomRight, "654", "321")]
    [InlineData(SKEncodedOrigin.BottomLeft, "456", "123")]
    [InlineData(SKEncodedOrigin.LeftTop, "14", "25", "36")]
    [InlineData(SKEncodedOrigin.RightTop, "41", "52", "63")]
    [InlineData(SKEncodedOrigin.RightBottom, "63", "52", "41")]
    [InlineData(SKEncodedOrigin.LeftBottom, "36", "25", "14")]
    public void A_plane_is_turned_as_the_EXIF_standard_defines(SKEncodedOrigin stored, params string[] upright)
    {
        var (expected, turned) = (TestPlanes.Parse(1, upright), ExifOrientation.Upright(TestPlanes.Parse(1, "123", "456"), stored));
        Assert.Equal((expected.Width, expected.Height), (turned.Width, turned.Height));
        Assert.Equal(expected.Values, turned.Values);
    }

    [Theory]
    [InlineData(SKEncodedOrigin.TopLeft)]
    [InlineData(SKEncodedOrigin.TopRight)]
    [InlineData(SKEncodedOrigin.BottomRight)]
    [InlineData(SKEncodedOrigin.BottomLeft)]
    [InlineData(SKEncodedOrigin.LeftTop)]
    [InlineData(SKEncodedOrigin.RightTop)]
    [InlineData(SKEncodedOrigin.RightBottom)]
    [InlineData(SKEncodedOrigin.LeftBottom)]
    public void A_finished_frame_is_turned_as_a_plane_is(SKEncodedOrigin stored)
    {
        byte[] frame = [.. Enumerable.Range(0, 784).Select(i => (byte)(i % 251))];
        var plane = ExifOrientation.Upright(TestPlanes.Create(28, 28, (x, y) => frame[y * 28 + x]), stored);
        Assert.Equal(plane.Values.Select(value => (byte)value), ExifOrientation.Upright(frame, stored));
    }
}
