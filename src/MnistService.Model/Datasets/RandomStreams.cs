namespace MnistService.Model.Datasets;

/// <summary>
/// Stateless random streams for training. The tuple (seed, purpose, index) determines each stream, so the augmentation of a step and the order of an
/// epoch are the same on any thread, and the same whether or not the run was interrupted before.
/// </summary>
internal sealed class RandomStreams(long seed)
{
    /// <summary>Seed for the initial weights.</summary>
    internal long Weights => (long)(Seeded(1, 0).Next() >> 1);

    /// <summary>Returns the stream that shuffles the images of an epoch.</summary>
    internal RandomStream Order(int epoch) => Seeded(2, (ulong)epoch);

    /// <summary>Returns the stream for the augmentation of one image of a step's batch.</summary>
    internal RandomStream Distortion(int step, int picture) => Seeded(3, ((ulong)step << 32) + (uint)picture);

    private RandomStream Seeded(ulong purpose, ulong index) =>
        new(unchecked(RandomStream.Mix(RandomStream.Mix((ulong)seed + purpose * 0xD1B54A32D192ED03) + index)));
}
