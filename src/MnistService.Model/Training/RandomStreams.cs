using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>
/// Randomness without state: each use draws from a generator seeded by (seed, purpose, index), so a step's distortions and an
/// epoch's order are the same whether or not the run was interrupted before them.
/// </summary>
internal sealed class RandomStreams(long seed) : IDisposable
{
    private readonly Generator _generator = new(0, device: CPU);

    /// <summary>The initial weights.</summary>
    internal Generator Weights() => Seeded(1, 0);

    /// <summary>The order of the pictures in an epoch.</summary>
    internal Generator Order(int epoch) => Seeded(2, epoch);

    /// <summary>The distortions of a step.</summary>
    internal Generator Distortions(int step) => Seeded(3, step);

    /// <summary>The one generator, seeded anew: use it up before asking for the next.</summary>
    private Generator Seeded(ulong purpose, int index)
    {
        // SplitMix64's finaliser spreads neighbouring numbers over the whole range.
        var z = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + purpose * 0xD1B54A32D192ED03 + (ulong)(uint)index);
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return _generator.manual_seed(unchecked((long)(z ^ (z >> 31))) & long.MaxValue);
    }

    public void Dispose() => _generator.Dispose();
}
