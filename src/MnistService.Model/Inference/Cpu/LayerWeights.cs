using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Number format in which the weights of a layer are stored. A pair is two vectors of weights that are stored together: the weights of 2 × N neighboring
/// outputs for one input, where N is the number of floats in a vector.
/// </summary>
internal unsafe interface ILayerWeight<TSelf>
    where TSelf : unmanaged, ILayerWeight<TSelf>
{
    /// <summary>Stores two vectors of weights as a pair.</summary>
    /// <param name="weights">[2·N] weights of the pair.</param>
    /// <param name="pair">[2·N]; receives the stored values.</param>
    static abstract void StorePair(ReadOnlySpan<double> weights, Span<TSelf> pair);

    static abstract void LoadPair<TVector>(TSelf* pair, out TVector first, out TVector second) where TVector : struct, IFloatVector<TVector>;
}

/// <summary>Stores a weight as a 32-bit float.</summary>
internal readonly unsafe struct FloatWeight(float value) : ILayerWeight<FloatWeight>
{
    private readonly float _value = value;

    public static void StorePair(ReadOnlySpan<double> weights, Span<FloatWeight> pair)
    {
        for (var i = 0; i < pair.Length; i++) pair[i] = new((float)weights[i]);
    }

    public static void LoadPair<TVector>(FloatWeight* pair, out TVector first, out TVector second) where TVector : struct, IFloatVector<TVector> =>
        (first, second) = (TVector.Load(&pair->_value), TVector.Load(&(pair + TVector.Count)->_value));
}

/// <summary>
/// Stores two weights in the 32 bits of one float. The float itself is the second weight; its low 16 bits, shifted left by 16, are the first weight. Two
/// vectors of weights are loaded with one load and one shift. The rounding error of a weight is at most 1/256 of the weight (or 1e-40, if that is more).
/// </summary>
internal readonly unsafe struct HalvedFloatWeight(ushort half) : ILayerWeight<HalvedFloatWeight>
{
    private readonly ushort _half = half;

    public static void StorePair(ReadOnlySpan<double> weights, Span<HalvedFloatWeight> pair)
    {
        var lanes = pair.Length / 2;
        for (var lane = 0; lane < lanes; lane++)
        {
            var first = Upper((float)weights[lane], lower: 0);
            pair[2 * lane] = new(first);
            pair[2 * lane + 1] = new(Upper((float)weights[lanes + lane], lower: first));
        }
    }

    public static void LoadPair<TVector>(HalvedFloatWeight* pair, out TVector first, out TVector second) where TVector : struct, IFloatVector<TVector>
    {
        second = TVector.Load((float*)&pair->_half);
        first = TVector.ShiftLeft16(second);
    }

    /// <summary>Returns the upper 16 bits for which the float with the given lower 16 bits is nearest to <paramref name="value"/>.</summary>
    private static ushort Upper(float value, ushort lower)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        var magnitude = Math.Min((Math.Max((long)(bits & int.MaxValue) - lower, 0) + 0x8000) >> 16, 0x7F7F);
        return (ushort)(bits >> 31 << 15 | (uint)magnitude);
    }
}
