namespace MnistService.Model.Datasets;

/// <summary>
/// Creates the random streams of a training run and of the built-in data set of drawn digits from one seed. A stream depends only on the seed, on the method
/// that creates it and on the method's arguments. The random numbers are therefore the same for any number of threads and for a resumed run.
/// </summary>
internal sealed class RandomStreams(long seed)
{
    /// <summary>Seed for the random initial weights of the network.</summary>
    internal long Weights => (long)(Seeded(1, 0).Next() >> 1);

    /// <summary>Returns the random stream for shuffling the images of an epoch. Epochs count from 1; <see cref="LabeledImages.Shuffle"/> uses 0.</summary>
    internal RandomStream Order(int epoch) => Seeded(2, (ulong)epoch);

    /// <summary>Returns the random stream for augmenting one image in one training step.</summary>
    /// <param name="step">Training step, counted from 0.</param>
    /// <param name="picture">Index of the image in the batch, counted from 0.</param>
    internal RandomStream Distortion(int step, int picture) => Seeded(3, ((ulong)step << 32) + (uint)picture);

    /// <summary>Returns the random stream for drawing the image with index <paramref name="index"/> of a training set of drawn digits.</summary>
    internal RandomStream Drawing(int index) => Seeded(4, (ulong)index);

    /// <summary>
    /// Returns the random stream for drawing the image with index <paramref name="index"/> of a held-out set of drawn digits. Training images use other streams
    /// (<see cref="Drawing"/>).
    /// </summary>
    internal RandomStream HeldOutDrawing(int index) => Seeded(5, (ulong)index);

    /// <summary>
    /// Returns the random stream that shuffles the images of one part (data set) of an <see cref="ImageMixture"/>, for one pass over the part.
    /// </summary>
    internal RandomStream Part(int part, long pass) => Seeded(6, ((ulong)part << 48) + (ulong)pass);

    private RandomStream Seeded(ulong purpose, ulong index) =>
        new(unchecked(RandomStream.Mix(RandomStream.Mix((ulong)seed + purpose * 0xD1B54A32D192ED03) + index)));
}
