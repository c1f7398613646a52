namespace MnistService.Model.Datasets;

/// <summary>
/// Creates the random streams of a training run and of a set of drawn images. Seed, purpose and index determine each stream. The augmentation of a step, the
/// order of an epoch and a drawn image therefore depend neither on the thread nor on earlier interruptions of the run.
/// </summary>
internal sealed class RandomStreams(long seed)
{
    /// <summary>Seed for the random initial weights of the network.</summary>
    internal long Weights => (long)(Seeded(1, 0).Next() >> 1);

    /// <summary>Returns the stream that shuffles the images of an epoch.</summary>
    internal RandomStream Order(int epoch) => Seeded(2, (ulong)epoch);

    /// <summary>Returns the stream that augments one image of the batch of a step; <paramref name="picture"/> is the index of the image in the batch.</summary>
    internal RandomStream Distortion(int step, int picture) => Seeded(3, ((ulong)step << 32) + (uint)picture);

    /// <summary>Returns the stream of one drawn digit of a training set.</summary>
    internal RandomStream Drawing(int index) => Seeded(4, (ulong)index);

    /// <summary>Returns the stream of one drawn digit of a held-out set.</summary>
    internal RandomStream HeldOutDrawing(int index) => Seeded(5, (ulong)index);

    /// <summary>Returns the stream that orders the images of one part of a mixture for one pass over them.</summary>
    internal RandomStream Part(int part, long pass) => Seeded(6, ((ulong)part << 48) + (ulong)pass);

    private RandomStream Seeded(ulong purpose, ulong index) =>
        new(unchecked(RandomStream.Mix(RandomStream.Mix((ulong)seed + purpose * 0xD1B54A32D192ED03) + index)));
}
