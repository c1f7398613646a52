namespace MnistService.Model.Datasets;

/// <summary>SplitMix64 generator (Steele, Lea &amp; Flood, OOPSLA 2014): 64 pseudo-random bits per call from 64 bits of state.</summary>
internal struct RandomStream(ulong state)
{
    private ulong _state = state;

    internal ulong Next() => Mix(unchecked(_state += 0x9E3779B97F4A7C15));

    /// <summary>Returns a uniformly distributed number in [-1, 1).</summary>
    internal float Signed() => (Next() >> 40) * (2f / (1 << 24)) - 1;

    /// <summary>Returns a uniformly distributed integer in [0, <paramref name="bound"/>).</summary>
    internal int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Mixing function of SplitMix64. The function is bijective, and similar inputs give very different outputs.</summary>
    internal static ulong Mix(ulong z)
    {
        z = unchecked((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9);
        z = unchecked((z ^ (z >> 27)) * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
