namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// The vector that the layers compute with: 4, 8 or 16 floats at a time. The layers are written once, over this; the compiler makes of each width
/// what one would have written for it by hand.
/// </summary>
/// <typeparam name="TVector">What a register holds.</typeparam>
internal unsafe interface ILanes<TVector> where TVector : struct
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector value, float* target);

    /// <summary>The same number in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>So many bytes, as numbers 0–255.</summary>
    static abstract TVector FromBytes(byte* source);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    /// <summary>The larger of each two; not a number where <paramref name="b"/> is none.</summary>
    static abstract TVector Max(TVector a, TVector b);

    /// <summary>Bit i is set where lane i is not zero.</summary>
    static abstract uint NotZero(TVector value);

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);
}
