namespace MnistService.Fuzz.Targets;

/// <summary>Bytes that arrive a few at a time.</summary>
internal sealed class PiecewiseStream(byte[] bytes, int piece) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
}
