namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Vector operations on 4, 8 or 16 floats. The layers are generic over this interface. The JIT compiler specializes them for each width, with
/// the same result as hand-written code for that width.
/// </summary>
/// <typeparam name="TVector">The vector type of this width, for example <c>Vector256&lt;float&gt;</c>.</typeparam>
internal unsafe interface ILanes<TVector> where TVector : struct
{
    /// <summary>Number of floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    /// <summary>Copies one number to every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>Loads <see cref="Count"/> bytes and converts them to floats 0–255.</summary>
    static abstract TVector FromBytes(byte* source);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>Lane-wise maximum. A lane is NaN if the lane of <paramref name="b"/> is NaN.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Returns a mask whose bit i is set if lane i is not zero.</summary>
    static abstract uint NotZero(TVector value);

    /// <summary>a·b + c, with a single rounding if the processor supports fused multiply-add.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);
}
