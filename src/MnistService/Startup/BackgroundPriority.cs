using MnistService.Model.Native;

namespace MnistService.Startup;

/// <summary>Priority of long computations beside predictions: training, imports, conversions, and the images of zip files.</summary>
/// <param name="yields">Whether they only get processor time that no other thread needs (<c>MnistService:Training:YieldToServing</c>).</param>
internal sealed class BackgroundPriority(bool yields)
{
    internal bool Yields => yields;

    /// <summary>Sets the priority of the calling thread, which must not be a thread of the thread pool.</summary>
    internal void Apply()
    {
        if (yields) Linux.YieldToOthers();
    }
}
