using MnistService.Model.Simd;

namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Number format in which the weights of a layer are stored. A weight is the stored value times a step; all weights of one output have the same step.
/// </summary>
internal unsafe interface ILayerWeight<TSelf>
    where TSelf : unmanaged, ILayerWeight<TSelf>
{
    /// <summary>Returns the step of one output: the factor by which the stored values of this output are multiplied to get the weights.</summary>
    /// <param name="largest">Largest absolute value of the output's weights.</param>
    static abstract double Step(double largest);

    /// <summary>Converts a weight to the stored value.</summary>
    /// <param name="value">The weight divided by the step of its output.</param>
    static abstract TSelf Of(double value);

    static abstract TVector Load<TVector>(TSelf* source) where TVector : struct, IFloatVector<TVector>;
}

/// <summary>Stores a weight as a 32-bit float. All steps are 1.</summary>
internal readonly unsafe struct FloatWeight(float value) : ILayerWeight<FloatWeight>
{
    private readonly float _value = value;

    public static double Step(double largest) => 1;

    public static FloatWeight Of(double value) => new((float)value);

    public static TVector Load<TVector>(FloatWeight* source) where TVector : struct, IFloatVector<TVector> => TVector.Load(&source->_value);
}

/// <summary>
/// Stores a weight as a 16-bit integer, which needs half the memory of a float. Small batches are faster, because they mostly wait for weights from the L3
/// cache. The rounding error of a weight is at most 1/65,534 of the largest absolute weight of the same output.
/// </summary>
internal readonly unsafe struct Int16Weight(short value) : ILayerWeight<Int16Weight>
{
    /// <summary>
    /// If the largest absolute weight of an output is at most this number, all weights of the output are stored as 0. With smaller weights, the step could be
    /// too small for a normal float.
    /// </summary>
    private const double Least = 1e-30;

    private readonly short _value = value;

    public static double Step(double largest) => largest > Least ? largest / short.MaxValue : 1;

    public static Int16Weight Of(double value) => new((short)Math.Round(value));

    public static TVector Load<TVector>(Int16Weight* source) where TVector : struct, IFloatVector<TVector> => TVector.FromInt16(&source->_value);
}
