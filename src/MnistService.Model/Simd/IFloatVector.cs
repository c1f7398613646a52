namespace MnistService.Model.Simd;

/// <summary>
/// A SIMD vector of 4, 8 or 16 floats. The forward pass and the training steps on the CPU are generic in the vector type, so that the JIT compiler specializes
/// the code for each vector width. .NET's own interface for this purpose, <c>ISimdVector</c>, is internal.
/// </summary>
internal unsafe interface IFloatVector<TSelf> where TSelf : struct, IFloatVector<TSelf>
{
    /// <summary>Number of floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(float* source);

    void Store(float* target);

    /// <summary>Returns a vector with <paramref name="value"/> in every lane.</summary>
    static abstract TSelf Broadcast(float value);

    /// <summary>Loads <see cref="Count"/> bytes and converts them to floats 0–255.</summary>
    static abstract TSelf FromBytes(byte* source);

    /// <summary>Loads <see cref="Count"/> 16-bit integers and converts them to floats.</summary>
    static abstract TSelf FromInt16(short* source);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf value);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Returns a·b + c, with a single rounding if the processor supports fused multiply-add.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Exp(TSelf value);

    /// <summary>Returns the sum of all lanes.</summary>
    static abstract float Sum(TSelf value);

    /// <summary>Returns the lane-wise maximum. Lane i of the result is NaN if lane i of <paramref name="b"/> is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Returns the lane-wise minimum. Lane i of the result is NaN if lane i of <paramref name="b"/> is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>Returns a mask whose bit i is set if lane i is not zero.</summary>
    static abstract uint NotZero(TSelf value);

    /// <summary>Returns a mask: all bits of lane i are set if a[i] = b[i], otherwise lane i is zero.</summary>
    static abstract TSelf Equals(TSelf a, TSelf b);

    /// <summary>Returns a mask: all bits of lane i are set if a[i] &gt; b[i], otherwise lane i is zero.</summary>
    static abstract TSelf GreaterThan(TSelf a, TSelf b);

    /// <summary>Returns the lanes of <paramref name="value"/> whose mask lane has all bits set, and zero in the other lanes.</summary>
    static abstract TSelf Where(TSelf mask, TSelf value);

    /// <summary>Returns zero in the lanes whose mask lane has all bits set, and the lanes of <paramref name="value"/> in the other lanes.</summary>
    static abstract TSelf WhereNot(TSelf mask, TSelf value);

    /// <summary>Returns the lanes of <paramref name="ifSet"/> whose mask lane has all bits set, and the lanes of <paramref name="ifNot"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf ifSet, TSelf ifNot);
}
