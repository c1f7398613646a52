namespace MnistService.Benchmarks.OpenLoop;

/// <summary>Assigns processors: the sender gets the last one and the measured server gets the others, so that they do not compete.</summary>
internal static class Processors
{
    /// <summary>Index of the sender's processor.</summary>
    internal static int Last { get; } = Environment.ProcessorCount - 1;

    /// <summary>The server's processors, in the syntax of <c>taskset -c</c>.</summary>
    internal static string Others => Last <= 1 ? "0" : $"0-{Last - 1}";
}
