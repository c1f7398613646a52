using System.Runtime.Intrinsics;

namespace MnistService.Model.Simd;

/// <summary>A vector of 8 floats (AVX2).</summary>
internal readonly unsafe struct FloatVector256(Vector256<float> value) : IFloatVector<FloatVector256>
{
    private readonly Vector256<float> _value = value;

    public static int Count => Vector256<float>.Count;

    public static FloatVector256 Load(float* source) => new(Vector256.Load(source));

    public void Store(float* target) => _value.Store(target);

    public static FloatVector256 Broadcast(float value) => new(Vector256.Create(value));

    public static FloatVector256 FromBytes(byte* source)
    {
        var wide = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte());
        return new(Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(wide), Vector128.WidenUpper(wide)).AsInt32()));
    }

    public static FloatVector256 FromInt16(short* source) => new(Vector256.ConvertToSingle(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe())));

    public static FloatVector256 operator +(FloatVector256 a, FloatVector256 b) => new(a._value + b._value);

    public static FloatVector256 operator -(FloatVector256 a, FloatVector256 b) => new(a._value - b._value);

    public static FloatVector256 operator -(FloatVector256 value) => new(-value._value);

    public static FloatVector256 operator *(FloatVector256 a, FloatVector256 b) => new(a._value * b._value);

    public static FloatVector256 operator /(FloatVector256 a, FloatVector256 b) => new(a._value / b._value);

    public static FloatVector256 MultiplyAdd(FloatVector256 a, FloatVector256 b, FloatVector256 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    public static FloatVector256 Exp(FloatVector256 value) => new(Vector256.Exp(value._value));

    public static float Sum(FloatVector256 value) => Vector256.Sum(value._value);

    public static FloatVector256 Sqrt(FloatVector256 value) => new(Vector256.Sqrt(value._value));

    public static FloatVector256 Max(FloatVector256 a, FloatVector256 b) => new(Vector256.MaxNative(a._value, b._value));

    public static FloatVector256 Min(FloatVector256 a, FloatVector256 b) => new(Vector256.MinNative(a._value, b._value));

    public static uint NotZero(FloatVector256 value) => (uint)(~Vector256.Equals(value._value, Vector256<float>.Zero)).ExtractMostSignificantBits();

    public static FloatVector256 Equals(FloatVector256 a, FloatVector256 b) => new(Vector256.Equals(a._value, b._value));

    public static FloatVector256 GreaterThan(FloatVector256 a, FloatVector256 b) => new(Vector256.GreaterThan(a._value, b._value));

    public static FloatVector256 Where(FloatVector256 mask, FloatVector256 value) => new(mask._value & value._value);

    public static FloatVector256 WhereNot(FloatVector256 mask, FloatVector256 value) => new(Vector256.AndNot(value._value, mask._value));

    public static FloatVector256 Select(FloatVector256 mask, FloatVector256 ifSet, FloatVector256 ifNot) => new(Vector256.ConditionalSelect(mask._value, ifSet._value, ifNot._value));
}
