using System.Runtime.Intrinsics;

namespace MnistService.Model.Simd;

/// <summary>A vector of 4 floats. This width works on every processor, because .NET emulates 128-bit vectors where they are missing.</summary>
internal readonly unsafe struct FloatVector128(Vector128<float> value) : IFloatVector<FloatVector128>
{
    private readonly Vector128<float> _value = value;

    public static int Count => Vector128<float>.Count;

    public static FloatVector128 Load(float* source) => new(Vector128.Load(source));

    public void Store(float* target) => _value.Store(target);

    public static FloatVector128 Broadcast(float value) => new(Vector128.Create(value));

    public static FloatVector128 FromBytes(byte* source) =>
        new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(uint*)source).AsByte())).AsInt32()));

    public static FloatVector128 FromInt16(short* source) => new(Vector128.ConvertToSingle(Vector128.WidenLower(Vector64.Load(source).ToVector128Unsafe())));

    public static FloatVector128 operator +(FloatVector128 a, FloatVector128 b) => new(a._value + b._value);

    public static FloatVector128 operator -(FloatVector128 a, FloatVector128 b) => new(a._value - b._value);

    public static FloatVector128 operator -(FloatVector128 value) => new(-value._value);

    public static FloatVector128 operator *(FloatVector128 a, FloatVector128 b) => new(a._value * b._value);

    public static FloatVector128 operator /(FloatVector128 a, FloatVector128 b) => new(a._value / b._value);

    public static FloatVector128 MultiplyAdd(FloatVector128 a, FloatVector128 b, FloatVector128 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    public static FloatVector128 Exp(FloatVector128 value) => new(Vector128.Exp(value._value));

    public static float Sum(FloatVector128 value) => Vector128.Sum(value._value);

    public static FloatVector128 Sqrt(FloatVector128 value) => new(Vector128.Sqrt(value._value));

    public static FloatVector128 Max(FloatVector128 a, FloatVector128 b) => new(Vector128.MaxNative(a._value, b._value));

    public static FloatVector128 Min(FloatVector128 a, FloatVector128 b) => new(Vector128.MinNative(a._value, b._value));

    public static uint NotZero(FloatVector128 value) => (uint)(~Vector128.Equals(value._value, Vector128<float>.Zero)).ExtractMostSignificantBits();

    public static FloatVector128 Equals(FloatVector128 a, FloatVector128 b) => new(Vector128.Equals(a._value, b._value));

    public static FloatVector128 GreaterThan(FloatVector128 a, FloatVector128 b) => new(Vector128.GreaterThan(a._value, b._value));

    public static FloatVector128 Where(FloatVector128 mask, FloatVector128 value) => new(mask._value & value._value);

    public static FloatVector128 WhereNot(FloatVector128 mask, FloatVector128 value) => new(Vector128.AndNot(value._value, mask._value));

    public static FloatVector128 Select(FloatVector128 mask, FloatVector128 ifSet, FloatVector128 ifNot) => new(Vector128.ConditionalSelect(mask._value, ifSet._value, ifNot._value));
}
