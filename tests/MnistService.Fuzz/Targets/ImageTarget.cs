using MnistService.Drawings;
using MnistService.Fuzz.Repair;
using MnistService.Model.Imaging;

namespace MnistService.Fuzz.Targets;

/// <summary>
/// <see cref="ImageReader"/>: a PNG or JPEG unchanged; a PNG also with corrected checksums; and uncompressed PNG content (one byte 1, the header fields, the
/// palette, then the rows), so that mutations reach the code after decompression.
/// </summary>
internal sealed class ImageTarget : IFuzzTarget
{
    private const byte Rows = 1;
    private const int MaxPixels = 1 << 14, RowsHeader = 7; // small: large images differ only in run time

    // Memory of the planes of floats of an image, and of a PNG that is joined, rebuilt and decoded.
    private const long Most = MaxPixels * 512L + (1 << 20);

    // In addition, the candidates: up to 800 network inputs and the planes that each is drawn from.
    private const long MostOfMarks = Most + (1L << 29);

    public string Name => "picture";

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "IHDR", "PLTE", "tRNS", "IDAT", "IEND", "iCCP", "acTL", "fcTL", "gAMA", "\0\0\0\0IEND\u00ae\u0042\u0060\u0082",
        "\u00ff\u00d8", "\u00ff\u00c0", "\u00ff\u00c2", "\u00ff\u00c4", "\u00ff\u00da", "\u00ff\u00db", "\u00ff\u00dd", "\u00ff\u00e1", "\u00ff\u00d9", "Exif\0\0", "MM\0*", "ICC_PROFILE\0");

    public IReadOnlyList<byte[]> Seeds { get; } = [.. Pngs(), .. Jpegs(), .. OfRows()];

    public void Read(byte[] input)
    {
        if (input is [Rows, _, _, _, _, _, _, ..])
        {
            Check(FromRows(input));
            return;
        }
        Check(input);
        if (PngChecksums.Repair(input) is { } repaired) Check(repaired);
    }

    /// <summary>Reads a file in all modes, and checks the contract of <see cref="ImageReader"/>.</summary>
    internal static void Check(byte[] file)
    {
        var options = ImageOptions.Default with { MaxPixels = MaxPixels, MaxJpegPixels = MaxPixels };
        var first = TryRead(file, options);
        // Decodes a second copy: no output byte may come from uninitialized memory.
        var second = TryRead([.. file], options);
        Promise.Holds(first is null ? second is null : second is not null && first.Pixels.Span.SequenceEqual(second.Pixels.Span), "The same file was read in two ways.");
        CheckMarks(file, options, first);
        CheckInterpretations(file, options);
        foreach (var normalize in Enum.GetValues<NormalizeMode>())
            TryRead(file, options with { Normalize = normalize, Invert = (InvertMode)(file.Length % Enum.GetValues<InvertMode>().Length) });
    }

    /// <summary>Reads the marks of a file that <see cref="ImageReader.Read"/> accepts or rejects, and checks that both agree.</summary>
    private static void CheckMarks(byte[] file, ImageOptions options, DigitImage? digit)
    {
        try
        {
            var marks = Promise.Within(MostOfMarks + 8L * file.Length, () => ImageReader.ReadMarks(file, options with { SeparateTouching = true }));
            Promise.Holds(digit is null ? marks.Digit is null && marks.Rejection is not null : marks.Digit is { } whole && whole.Pixels.Span.SequenceEqual(digit.Pixels.Span), "The image as one digit differs.");
            Promise.Holds(marks.Candidates.Count <= 800 && marks.Lines.Sum() <= 200, $"There are {marks.Candidates.Count} candidates and {marks.Lines.Sum()} atoms.");
            foreach (var candidate in marks.Candidates)
            {
                Promise.Holds(candidate.Image.Pixels.Span.IndexOfAnyExcept((byte)0) >= 0, "A candidate has no ink.");
                Promise.Holds(candidate.Box is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 }, $"A candidate has the box {candidate.Box}.");
                Promise.Holds(candidate.AtomCount > 0 && candidate.FirstAtom >= 0 && candidate.FirstAtom + candidate.AtomCount <= marks.Lines[candidate.Line], "A candidate covers atoms that do not exist.");
            }
        }
        catch (ImageException)
        {
            Promise.Holds(digit is null, "The marks of a readable image were rejected.");
        }
    }

    private static void CheckInterpretations(byte[] file, ImageOptions options)
    {
        try
        {
            var all = Promise.Within(MostOfMarks + 8L * file.Length, () => ImageReader.ReadInterpretations(file, options with { SeparateTouching = file.Length % 2 == 0 }));
            Promise.Holds(all.Select(each => each.Kind).Distinct().Count() == all.Count, "Two interpretations have the same kind.");
            Promise.Holds(all.All(each => each.Marks is { Digit: { } digit, Components: > 0, Ignored: >= 0 } && digit.Pixels.Span.IndexOfAnyExcept((byte)0) >= 0), "An interpretation has no digit.");
        }
        catch (ImageException e)
        {
            Promise.IsShort($"{e.Code}: {e.Message}");
        }
    }

    private static DigitImage? TryRead(byte[] file, ImageOptions options)
    {
        try
        {
            var digit = Promise.Within(Most + 8L * file.Length, () => ImageReader.Read(file, options));
            Promise.Holds(digit.Pixels.Length == DigitImage.PixelCount, $"A digit has {digit.Pixels.Length} pixels.");
            Promise.Holds(digit.Pixels.Span.IndexOfAnyExcept((byte)0) >= 0, "A digit has no ink.");
            return digit;
        }
        catch (ImageException e)
        {
            Promise.IsShort($"{e.Code}: {e.Message}");
            return null;
        }
    }

    /// <summary>Builds a PNG with correct checksums from filtered rows, which may be arbitrary bytes.</summary>
    private static byte[] FromRows(byte[] input)
    {
        var (width, height, depth, colour, interlace, colours) = (input[1], input[2], input[3], input[4], input[5], input[6]);
        var palette = input.AsSpan(RowsHeader, Math.Min(3 * colours, input.Length - RowsHeader));
        var png = new PngWriter().Header(width, height, depth, colour, interlace);
        if (palette.Length > 0) png.Chunk("PLTE", palette);
        return png.Data(input.AsSpan(RowsHeader + palette.Length)).End().ToArray();
    }

    private static IEnumerable<byte[]> Pngs()
    {
        var pixels = new byte[784];
        for (var y = 5; y < 23; y++) pixels[y * 28 + 13] = pixels[y * 28 + 14] = (byte)(200 + y);
        yield return PngWriter.Mnist(pixels);
        yield return new PngWriter().Header(28, 28, 8, PngWriter.Grey, 1).Data(PngWriter.InterlacedRows(pixels, 28, 28, 1)).End().ToArray();
        var bits = Array.ConvertAll(pixels, pixel => (byte)(pixel > 0 ? 1 : 0));
        yield return new PngWriter().Header(28, 28, 1, PngWriter.Palette).Chunk("PLTE", [255, 255, 255, 0, 0, 128]).Chunk("tRNS", [0, 255]).Data(PngWriter.PackedRows(bits, 28, 1)).End().ToArray();
        yield return new PngWriter().Header(28, 28, 2, PngWriter.Grey).Chunk("tEXt", "a\0b"u8).Data(PngWriter.PackedRows(bits, 28, 2)).End().ToArray();
        yield return new PngWriter().Header(14, 28, 16, PngWriter.Grey).Data(PngWriter.Rows(pixels, 28)).End().ToArray();
        yield return new Scene("plain", 56, 56, 40, 5).Draw(7, new Random(1));
    }

    private static IEnumerable<byte[]> Jpegs()
    {
        yield return (new Scene("plain", 32, 32, 24, 3) { Jpeg = 40 }).Draw(1, new Random(1));
        yield return (new Scene("plain", 48, 40, 30, 4) { Jpeg = 90 }).Draw(4, new Random(2));
        foreach (var file in JpegSegments.Files.Values) yield return file;
    }

    private static IEnumerable<byte[]> OfRows()
    {
        foreach (var (depth, colour, bytes) in new (byte, byte, int)[] { (8, PngWriter.Grey, 1), (8, PngWriter.Rgb, 3), (8, PngWriter.Rgba, 4), (16, PngWriter.GreyAlpha, 4), (8, PngWriter.Palette, 1) })
        {
            var row = new byte[1 + 30 * bytes];
            for (var x = 1 + 14 * bytes; x < 1 + 16 * bytes; x++) row[x] = 1;
            byte[] palette = colour == PngWriter.Palette ? [2, 255, 255, 255, 0, 0, 0] : [0];
            // Filter 2 (up) predicts each row from the row above, so all rows but the first are zeros.
            var others = new byte[row.Length];
            others[0] = 2;
            yield return [Rows, 30, 30, depth, colour, 0, .. palette, .. row, .. Enumerable.Repeat(others, 29).SelectMany(r => r)];
        }
    }
}
