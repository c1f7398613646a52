namespace MnistService.Model.Inference.Cpu;

/// <summary>
/// A zero-initialized float buffer in pinned managed memory, aligned to a cache line (64 bytes). The memory is valid while this object is
/// reachable, so code that uses <see cref="Address"/> must keep the object alive.
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
