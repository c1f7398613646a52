namespace MnistService.Fuzz;

/// <summary>Assertions of the contract that every parser must fulfill.</summary>
internal static class Promise
{
    private const int LongestMessage = 2_000;

    /// <exception cref="FuzzFailedException">The condition is false.</exception>
    internal static void Holds(bool condition, string otherwise)
    {
        if (!condition) throw new FuzzFailedException(otherwise);
    }

    /// <summary>Calls a parser that may allocate at most <paramref name="most"/> bytes, whether it accepts or rejects the input.</summary>
    internal static T Within<T>(long most, Func<T> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            return read();
        }
        finally
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Holds(allocated <= most, $"Reading allocated {allocated} bytes; {most} are in proportion.");
        }
    }

    /// <summary>Asserts that an error message, which is sent to clients and logged, is one line and does not repeat the file.</summary>
    internal static void IsShort(string message) =>
        Holds(message.Length <= LongestMessage && !message.Any(char.IsControl), $"A message of {message.Length} characters is no line of text: {message[..Math.Min(200, message.Length)]}");
}
