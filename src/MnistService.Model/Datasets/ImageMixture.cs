namespace MnistService.Model.Datasets;

/// <summary>
/// Training images from one or more data sets, called the parts of the mixture. An epoch has as many images as the first part, and each part supplies images in
/// proportion to its weight. One pass over a part uses each image of the part once, in random order. A pass can extend over several epochs. If an epoch has
/// very few images, rounding can repeat or skip some images.
/// </summary>
public sealed class ImageMixture
{
    private readonly IReadOnlyList<MixturePart> _parts;
    private readonly int[] _starts; // index in Images of the first image of each part
    private readonly double _sum;

    /// <param name="images">The images of all parts, one part after another.</param>
    /// <param name="parts">At least one part. Every part has at least one image and a positive weight.</param>
    /// <exception cref="ArgumentException">
    /// There is no part; a part has no images; a weight is not positive or not finite; or the numbers of images of the parts do not add up to the number of
    /// <paramref name="images"/>.
    /// </exception>
    public ImageMixture(LabeledImages images, IReadOnlyList<MixturePart> parts)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("The mixture has no parts; expected at least one.", nameof(parts));
        if (parts.FirstOrDefault(part => part.Images < 1 || part.Weight is not (> 0 and < double.PositiveInfinity)) is { } bad)
            throw new ArgumentException($"A part has {bad.Images} images and the weight {bad.Weight}; expected at least one image and a positive, finite weight.", nameof(parts));
        if (parts.Sum(part => part.Images) is var count && count != images.Count)
            throw new ArgumentException($"The parts have {count} images in total; expected {images.Count}, the number of images of the mixture.", nameof(parts));
        (Images, _parts, _sum) = (images, parts, parts.Sum(part => part.Weight));
        _starts = new int[parts.Count];
        for (var i = 1; i < parts.Count; i++) _starts[i] = _starts[i - 1] + parts[i - 1].Images;
    }

    /// <summary>Creates a mixture of one data set.</summary>
    public ImageMixture(LabeledImages images) : this(images, [new(images?.Count ?? 0, 1)]) { }

    /// <summary>The images of all parts, one part after another.</summary>
    public LabeledImages Images { get; }

    /// <summary>Number of images per epoch: the number of images of the first part.</summary>
    public int EpochImages => _parts[0].Images;

    /// <summary>
    /// Chooses the images of an epoch and their order. For the same mixture, the result depends only on the epoch and on the seed of <paramref name="random"/>.
    /// A resumed training run therefore uses the same images in the same order.
    /// </summary>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="order">[<see cref="EpochImages"/>]; receives indices into <see cref="Images"/>.</param>
    internal void FillOrder(int epoch, RandomStreams random, Span<int> order)
    {
        var shuffle = random.Order(epoch);
        if (_parts.Count == 1)
        {
            for (var i = 0; i < order.Length; i++) Insert(order, i, i, ref shuffle);
            return;
        }
        var count = 0;
        for (var part = _parts.Count - 1; part >= 0; part--)
        {
            var from = ImagesUntil(epoch - 1, part);
            var to = from + Math.Min(part == 0 ? int.MaxValue : ImagesUntil(epoch, part) - from, order.Length - count); // part 0 supplies the rest
            var size = _parts[part].Images;
            for (var pass = from / size; pass * size < to; pass++)
            {
                var permuted = Permute(size, random.Part(part, pass));
                var start = pass * size;
                for (var i = Math.Max(from, start); i < Math.Min(to, start + size); i++) Insert(order, count++, _starts[part] + permuted[i - start], ref shuffle);
            }
        }
    }

    /// <summary>
    /// Returns how many images of a part are used in all epochs from 1 to <paramref name="epoch"/>. The numbers of the other parts are rounded down; part 0
    /// supplies the rest.
    /// </summary>
    private long ImagesUntil(int epoch, int part)
    {
        var all = (long)epoch * EpochImages;
        if (part > 0) return (long)(all * (_parts[part].Weight / _sum));
        var others = 0L;
        for (var i = 1; i < _parts.Count; i++) others += ImagesUntil(epoch, i);
        return all - others;
    }

    private static int[] Permute(int size, RandomStream random)
    {
        var permuted = new int[size];
        for (var i = 0; i < size; i++) Insert(permuted, i, i, ref random);
        return permuted;
    }

    /// <summary>
    /// Inserts <paramref name="value"/> at a random index from 0 to <paramref name="count"/> (one step of the inside-out Fisher–Yates shuffle). The element at
    /// this index moves to the index <paramref name="count"/>.
    /// </summary>
    private static void Insert(Span<int> values, int count, int value, ref RandomStream random)
    {
        var place = random.Below(count + 1);
        values[count] = values[place];
        values[place] = value;
    }
}

/// <summary>Size and weight of one data set in an <see cref="ImageMixture"/>.</summary>
/// <param name="Images">Number of training images of the data set.</param>
/// <param name="Weight">Relative weight. The data set supplies the fraction <c>Weight / (sum of all weights)</c> of the images of each epoch.</param>
public sealed record MixturePart(int Images, double Weight);
