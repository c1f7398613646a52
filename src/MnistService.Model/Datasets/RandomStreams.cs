namespace MnistService.Model.Datasets;

/// <summary>
/// Randomness without state: each use draws from a stream that (seed, purpose, index) decide, so a step's distortions and an
/// epoch's order are the same whether or not the run was interrupted before them, and whichever thread draws them.
/// </summary>
internal sealed class RandomStreams(long seed)
{
    /// <summary>The seed of the initial weights.</summary>
    internal long Weights => (long)(Seeded(1, 0).Next() >> 1);

    /// <summary>The order of the pictures in an epoch.</summary>
    internal RandomStream Order(int epoch) => Seeded(2, (ulong)epoch);

    /// <summary>The distortion of one picture of a step's batch.</summary>
    internal RandomStream Distortion(int step, int picture) => Seeded(3, ((ulong)step << 32) + (uint)picture);

    private RandomStream Seeded(ulong purpose, ulong index) =>
        new(unchecked(RandomStream.Mix(RandomStream.Mix((ulong)seed + purpose * 0xD1B54A32D192ED03) + index)));
}
