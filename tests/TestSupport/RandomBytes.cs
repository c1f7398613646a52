namespace MnistService.TestSupport;

/// <summary>Random bytes that are the same in each run.</summary>
internal static class RandomBytes
{
    internal static byte[] Create(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
