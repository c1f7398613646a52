namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// Floats at an address that stays, aligned to a cache line, zero at first. The memory is the garbage collector's: it lives as long as this
/// object, which whoever computes with the address keeps alive.
/// </summary>
internal sealed unsafe class AlignedFloats
{
    private const int CacheLine = 64;

    private readonly float[] _array;

    public AlignedFloats(int length)
    {
        Length = length;
        _array = GC.AllocateArray<float>(length + CacheLine / sizeof(float), pinned: true);
        fixed (float* start = _array) Address = (float*)(((nuint)start + CacheLine - 1) & ~(nuint)(CacheLine - 1));
    }

    public int Length { get; }

    public float* Address { get; }

    public Span<float> Span => new(Address, Length);
}
