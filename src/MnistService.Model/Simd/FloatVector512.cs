using System.Runtime.Intrinsics;

namespace MnistService.Model.Simd;

/// <summary>A vector of 16 floats (AVX-512).</summary>
internal readonly unsafe struct FloatVector512(Vector512<float> value) : IFloatVector<FloatVector512>
{
    private readonly Vector512<float> _value = value;

    public static int Count => Vector512<float>.Count;

    public static FloatVector512 Load(float* source) => new(Vector512.Load(source));

    public void Store(float* target) => _value.Store(target);

    public static FloatVector512 Broadcast(float value) => new(Vector512.Create(value));

    public static FloatVector512 FromBytes(byte* source)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(source));
        return new(Vector512.ConvertToSingle(Vector512.Create(
            Vector256.Create(Vector128.WidenLower(low), Vector128.WidenUpper(low)), Vector256.Create(Vector128.WidenLower(high), Vector128.WidenUpper(high))).AsInt32()));
    }

    public static FloatVector512 FromInt16(short* source) => new(Vector512.ConvertToSingle(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe())));

    public static FloatVector512 operator +(FloatVector512 a, FloatVector512 b) => new(a._value + b._value);

    public static FloatVector512 operator -(FloatVector512 a, FloatVector512 b) => new(a._value - b._value);

    public static FloatVector512 operator -(FloatVector512 value) => new(-value._value);

    public static FloatVector512 operator *(FloatVector512 a, FloatVector512 b) => new(a._value * b._value);

    public static FloatVector512 operator /(FloatVector512 a, FloatVector512 b) => new(a._value / b._value);

    public static FloatVector512 MultiplyAdd(FloatVector512 a, FloatVector512 b, FloatVector512 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    public static FloatVector512 Exp(FloatVector512 value) => new(Vector512.Exp(value._value));

    public static float Sum(FloatVector512 value) => Vector512.Sum(value._value);

    public static FloatVector512 Sqrt(FloatVector512 value) => new(Vector512.Sqrt(value._value));

    public static FloatVector512 Max(FloatVector512 a, FloatVector512 b) => new(Vector512.MaxNative(a._value, b._value));

    public static FloatVector512 Min(FloatVector512 a, FloatVector512 b) => new(Vector512.MinNative(a._value, b._value));

    public static uint NotZero(FloatVector512 value) => (uint)(~Vector512.Equals(value._value, Vector512<float>.Zero)).ExtractMostSignificantBits();

    public static FloatVector512 Equals(FloatVector512 a, FloatVector512 b) => new(Vector512.Equals(a._value, b._value));

    public static FloatVector512 GreaterThan(FloatVector512 a, FloatVector512 b) => new(Vector512.GreaterThan(a._value, b._value));

    public static FloatVector512 Where(FloatVector512 mask, FloatVector512 value) => new(mask._value & value._value);

    public static FloatVector512 WhereNot(FloatVector512 mask, FloatVector512 value) => new(Vector512.AndNot(value._value, mask._value));

    public static FloatVector512 Select(FloatVector512 mask, FloatVector512 ifSet, FloatVector512 ifNot) => new(Vector512.ConditionalSelect(mask._value, ifSet._value, ifNot._value));
}
