namespace MnistService.Benchmarks.OpenLoop;

/// <summary>Who runs on which processor: the sender on the last, what is measured on the others, so that neither takes the other's time.</summary>
internal static class Processors
{
    /// <summary>The sender's.</summary>
    internal static int Last { get; } = Environment.ProcessorCount - 1;

    /// <summary>The others, as <c>taskset -c</c> wants them.</summary>
    internal static string Others => Last <= 1 ? "0" : $"0-{Last - 1}";
}
