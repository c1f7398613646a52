using System.Security.Cryptography;
using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>A set of labeled 28×28 images, held in memory.</summary>
public sealed class LabeledImages
{
    /// <param name="pixels">[N×784] bytes, row-major, 0 = paper, 255 = ink. The set takes ownership of the array.</param>
    /// <param name="labels">[N] digits 0–9. The set takes ownership of the array.</param>
    /// <exception cref="ArgumentException">The number of pixels is not 784 per label, or a label is not a digit.</exception>
    public LabeledImages(byte[] pixels, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.Length != labels.Length * DigitImage.PixelCount)
        {
            throw new ArgumentException(
                $"There are {pixels.Length} pixels for {labels.Length} labels; expected {DigitImage.PixelCount} pixels per label.", nameof(pixels));
        }
        var bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9);
        if (bad >= 0) throw new ArgumentException($"The label at index {bad} is {labels[bad]}; expected 0 to 9.", nameof(labels));
        (Pixels, Labels) = (pixels, labels);
    }

    /// <summary>[N×784] bytes, row-major, 0 = paper, 255 = ink.</summary>
    public byte[] Pixels { get; }

    /// <summary>[N] digits 0–9.</summary>
    public byte[] Labels { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => Labels.Length;

    /// <summary>Returns a copy of <paramref name="count"/> images. The first of them has the index <paramref name="start"/>, counted from 0.</summary>
    public LabeledImages Slice(int start, int count) => new(
        Pixels.AsSpan(start * DigitImage.PixelCount, count * DigitImage.PixelCount).ToArray(),
        Labels.AsSpan(start, count).ToArray());

    /// <summary>Returns copies of images of several sets, in the order of <paramref name="parts"/>.</summary>
    /// <param name="parts">Per part: a set, the index of the first image to copy (from 0), and the number of images to copy.</param>
    /// <exception cref="OverflowException">
    /// The parts have more than 2,739,137 images in total. Their number of pixels would exceed the range of an <see cref="int"/>.
    /// </exception>
    public static LabeledImages Join(IReadOnlyList<(LabeledImages Set, int Start, int Count)> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var count = parts.Sum(part => part.Count);
        var (pixels, labels) = (new byte[checked(count * DigitImage.PixelCount)], new byte[count]);
        var at = 0;
        foreach (var (set, start, images) in parts)
        {
            set.Pixels.AsSpan(start * DigitImage.PixelCount, images * DigitImage.PixelCount).CopyTo(pixels.AsSpan(at * DigitImage.PixelCount));
            set.Labels.AsSpan(start, images).CopyTo(labels.AsSpan(at));
            at += images;
        }
        return new(pixels, labels);
    }

    /// <summary>Returns the SHA-256 of the pixels followed by the labels, as lower-case hexadecimal.</summary>
    public string ComputeSha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Pixels);
        hash.AppendData(Labels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Shuffles images and labels together, in place. The same number of images and the same seed give the same order.</summary>
    public void Shuffle(long seed)
    {
        var random = new RandomStreams(seed).Order(epoch: 0); // training epochs count from 1, so training does not use stream 0
        Span<byte> picture = stackalloc byte[DigitImage.PixelCount];
        for (var i = Count - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            var here = Pixels.AsSpan(i * DigitImage.PixelCount, DigitImage.PixelCount);
            var there = Pixels.AsSpan(other * DigitImage.PixelCount, DigitImage.PixelCount);
            here.CopyTo(picture);
            there.CopyTo(here);
            picture.CopyTo(there);
            (Labels[i], Labels[other]) = (Labels[other], Labels[i]);
        }
    }
}
