namespace MnistService.Model.Datasets;

/// <summary>
/// A <see cref="Random"/> whose overridden methods take their numbers from a <see cref="RandomStream"/>. Unlike the numbers of .NET's own generators, these
/// numbers depend neither on the machine nor on the version of .NET.
/// </summary>
internal sealed class StreamRandom(RandomStream stream) : Random
{
    private RandomStream _stream = stream;

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return _stream.Below(maxValue);
    }

    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Math.BigMul(_stream.Next(), (ulong)((long)maxValue - minValue), out _));
    }

    public override double NextDouble() => Sample();

    public override float NextSingle() => (_stream.Next() >> 40) * (1f / (1 << 24));

    protected override double Sample() => (_stream.Next() >> 11) * (1.0 / (1L << 53));
}
