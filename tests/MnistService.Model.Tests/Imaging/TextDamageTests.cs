using System.Text;
using MnistService.Drawings;
using MnistService.Model.Imaging;
using SkiaSharp;

namespace MnistService.Model.Tests.Imaging;

/// <summary>Files that were damaged by treating their bytes as text: the error names the cause. Undamaged files of the same content are read.</summary>
public sealed class TextDamageTests
{
    private static readonly Dictionary<string, Func<byte[], byte[]>> Damages = new()
    {
        ["UTF-8 text"] = bytes => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)),
        ["Latin-1"] = bytes => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(bytes)),
        ["LF became CR LF"] = bytes => [.. bytes.SelectMany(b => b == '\n' ? (byte[])[(byte)'\r', b] : [b])],
        ["were removed"] = bytes => [.. bytes.Where(b => b is not ((byte)'\r' or (byte)'\n'))],
        ["were removed, with NUL"] = bytes => [.. bytes.Where(b => b is not ((byte)'\r' or (byte)'\n' or 0))],
    };

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var damage in Damages.Keys)
            foreach (var format in (string[])["png", "jpeg", "webp"]) cases.Add(format, damage);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_error_names_the_cause(string format, string damage)
    {
        var sound = Photo(format, 3);
        ImageReader.Read(sound, ImageOptions.Default);
        var error = Assert.Throws<ImageException>(() => ImageReader.Read(Damages[damage](sound), ImageOptions.Default));
        Assert.Equal(ImageError.Unreadable, error.Error);
        Assert.Contains(damage.Split(',')[0], error.Message, StringComparison.Ordinal);
        Assert.Contains("--data-binary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cr_lf_that_became_lf_is_named_for_a_png()
    {
        var sound = Photo("png", 3);
        var damaged = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(sound).Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Contains("CR LF became LF", Assert.Throws<ImageException>(() => ImageReader.Read(damaged, ImageOptions.Default)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_damage_is_not_called_a_conversion_of_text()
    {
        foreach (var format in (string[])["png", "jpeg", "webp"])
        {
            var sound = Photo(format, 4);
            foreach (var damaged in (byte[][])[sound[..(sound.Length / 2)], [.. sound[..20], .. sound[21..]], new byte[5000]])
            {
                var error = Record.Exception(() => ImageReader.Read(damaged, ImageOptions.Default));
                if (error is not null) Assert.DoesNotContain("--data-binary", Assert.IsType<ImageException>(error).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void A_text_file_with_line_ends_of_windows_keeps_its_own_name()
    {
        var svg = Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'>\r\n" + string.Concat(Enumerable.Repeat("<g/>\r\n", 50)) + "</svg>");
        var error = Assert.Throws<ImageException>(() => ImageReader.Read(svg, ImageOptions.Default));
        Assert.StartsWith("The file is an SVG;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Undamaged_jpegs_of_few_colors_are_read()
    {
        foreach (var (width, height) in ((int, int)[])[(300, 300), (2000, 2000)])
        {
            var file = (new Scene("plain", width, height, height / 2f, height / 20f) { Jpeg = 90 }).Draw(4, new Random(1));
            Assert.Equal(784, ImageReader.Read(file, ImageOptions.Default).Pixels.Length);
        }
    }

    /// <summary>A grainy photo, so that its file is long and has all byte values.</summary>
    private static byte[] Photo(string format, int digit)
    {
        var drawn = (new Scene("photo", 640, 480, 240, 10) { Light = Light.Grain(5) }).Draw(digit, new Random(digit));
        if (format == "png") return drawn;
        using var bitmap = SKBitmap.Decode(drawn);
        using var file = bitmap.Encode(format == "jpeg" ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Webp, 90);
        return file.ToArray();
    }
}
