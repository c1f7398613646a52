using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>The number format of a layer's weights in memory: a weight is a stored value times the step of its output.</summary>
internal unsafe interface ILayerWeight<TSelf>
    where TSelf : unmanaged, ILayerWeight<TSelf>
{
    /// <summary>Returns the step of an output.</summary>
    /// <param name="largest">The largest absolute value of its weights.</param>
    static abstract double Step(double largest);

    /// <summary>Converts a weight.</summary>
    /// <param name="value">The weight divided by the step of its output.</param>
    static abstract TSelf Of(double value);

    static abstract TVector Load<TVector>(TSelf* source) where TVector : struct, IFloatVector<TVector>;
}

/// <summary>A 32-bit float. All steps are 1.</summary>
internal readonly unsafe struct FloatWeight(float value) : ILayerWeight<FloatWeight>
{
    private readonly float _value = value;

    public static double Step(double largest) => 1;

    public static FloatWeight Of(double value) => new((float)value);

    public static TVector Load<TVector>(FloatWeight* source) where TVector : struct, IFloatVector<TVector> => TVector.Load(&source->_value);
}

/// <summary>
/// A 16-bit integer. It needs half the memory, so that small batches, which wait for the weights from the L3 cache, are faster. The largest error of a weight is
/// 1/65,534 of the output's largest weight.
/// </summary>
internal readonly unsafe struct Int16Weight(short value) : ILayerWeight<Int16Weight>
{
    /// <summary>Weights below this number are 0, because their step would not be a normal float.</summary>
    private const double Least = 1e-30;

    private readonly short _value = value;

    public static double Step(double largest) => largest > Least ? largest / short.MaxValue : 1;

    public static Int16Weight Of(double value) => new((short)Math.Round(value));

    public static TVector Load<TVector>(Int16Weight* source) where TVector : struct, IFloatVector<TVector> => TVector.FromInt16(&source->_value);
}
