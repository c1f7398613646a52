using MnistService.Drawings;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary><see cref="ImageReader"/> with WebP, GIF and BMP files, and with EXIF metadata in PNG and WebP files.</summary>
internal sealed class OtherImageTarget : IFuzzTarget
{
    public string Name => "formats";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ANIM", "ANMF", "ALPH", "EXIF", "ICCP", "\u009d\u0001\u002a", "GIF87a", "GIF89a", "\u0021\u00f9\u0004", "\u0021\u00fe",
        "\u002c\0\0\0\0", "BM", "\u0028\0\0\0", "\u000c\0\0\0", "\u007c\0\0\0", "eXIf", "Exif\0\0", "MM\0*\0\0\0\u0008", "II*\0\u0008\0\0\0", "\u0012\u0001\u0003\0\u0001\0\0\0");

    public IReadOnlyList<byte[]> Seeds { get; } = [.. OtherForms.All().Where(form => form.File.Length < 20_000).Select(form => form.File), .. Exifs()];

    public void Read(byte[] input)
    {
        ImageTarget.Check(input);
        if (Repair.PngChecksums.Repair(input) is { } repaired) ImageTarget.Check(repaired);
    }

    private static IEnumerable<byte[]> Exifs()
    {
        foreach (var littleEndian in (bool[])[false, true])
        {
            var chunks = PngChunks.Of(PngWriter.Mnist([.. Enumerable.Range(0, 784).Select(i => (byte)(i % 28 is 13 or 14 && i / 28 is > 4 and < 23 ? 255 : 0))]));
            yield return PngChunks.Write([chunks[0], ("eXIf", Exif.Of(6, littleEndian)), .. chunks[1..]]);
        }
    }
}
