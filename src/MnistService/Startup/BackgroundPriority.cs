using MnistService.Model.Native;

namespace MnistService.Startup;

/// <summary>
/// Priority of the threads for long computations that run alongside predictions: training, model imports, model conversions, and the decoding of images in zip
/// files.
/// </summary>
/// <param name="yields">Whether these threads get only the processor time that no other thread needs (<c>MnistService:Training:YieldToServing</c>).</param>
internal sealed class BackgroundPriority(bool yields)
{
    internal bool Yields => yields;

    /// <summary>
    /// Sets the calling thread to idle priority if <c>MnistService:Training:YieldToServing</c> is true. Must not be called on a thread-pool thread, because the
    /// priority is never reset.
    /// </summary>
    internal void Apply()
    {
        if (yields) Linux.YieldToOthers();
    }
}
