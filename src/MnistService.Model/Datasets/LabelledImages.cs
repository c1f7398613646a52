using MnistService.Model.Imaging;

namespace MnistService.Model.Datasets;

/// <summary>Pictures with their true digits, held in memory.</summary>
public sealed class LabelledImages
{
    /// <param name="pixels">[N×784] bytes in row order, 0 = paper, 255 = ink; owned by this set from here on.</param>
    /// <param name="labels">[N] digits 0–9; owned by this set from here on.</param>
    /// <exception cref="ArgumentException">The two do not describe the same N, or a label is not a digit.</exception>
    public LabelledImages(byte[] pixels, byte[] labels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.Length != labels.Length * DigitImage.PixelCount)
            throw new ArgumentException($"{pixels.Length} pixels are not {DigitImage.PixelCount} for each of {labels.Length} labels.", nameof(pixels));
        var bad = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9);
        if (bad >= 0) throw new ArgumentException($"Label {labels[bad]} at index {bad} is not a digit.", nameof(labels));
        (Pixels, Labels) = (pixels, labels);
    }

    /// <summary>[N×784] bytes in row order, 0 = paper, 255 = ink.</summary>
    public byte[] Pixels { get; }

    /// <summary>[N] digits 0–9.</summary>
    public byte[] Labels { get; }

    /// <summary>N.</summary>
    public int Count => Labels.Length;

    /// <summary>A copy of a part.</summary>
    public LabelledImages Slice(int start, int count) => new(
        Pixels.AsSpan(start * DigitImage.PixelCount, count * DigitImage.PixelCount).ToArray(),
        Labels.AsSpan(start, count).ToArray());

    /// <summary>Brings the pictures into another order, in place; the same order for the same count and seed.</summary>
    public void Shuffle(long seed)
    {
        var random = new RandomStreams(seed).Order(epoch: 0); // no epoch has this number
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
