namespace MnistService.Fuzz;

/// <summary>What every reader promises.</summary>
internal static class Promise
{
    private const int LongestMessage = 2_000;

    /// <exception cref="FuzzFailedException">It does not hold.</exception>
    internal static void Holds(bool condition, string otherwise)
    {
        if (!condition) throw new FuzzFailedException(otherwise);
    }

    /// <summary>Calls a reader that may allocate so many bytes, whether it accepts or refuses.</summary>
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

    /// <summary>A message goes to a client and into a log: one line, not the file over again.</summary>
    internal static void IsShort(string message) =>
        Holds(message.Length <= LongestMessage && !message.Any(char.IsControl), $"A message of {message.Length} characters is no line of text: {message[..Math.Min(200, message.Length)]}");
}
