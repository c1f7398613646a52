using System.ComponentModel.DataAnnotations;

namespace MnistService.Training;

/// <summary>Settings under <c>MnistService:Training</c>.</summary>
internal sealed class TrainingOptions
{
    internal const string Section = "MnistService:Training";

    /// <summary>Threads that the trainer computes with on the CPU; 0 = one a processor.</summary>
    [Range(0, 256)]
    public int Threads { get; init; }

    /// <summary>Jobs that may wait behind the one that trains; further ones are answered with 429.</summary>
    [Range(1, 10_000)]
    public int QueueCapacity { get; init; } = 16;

    /// <summary>Whether jobs that the end of the service interrupted go on by themselves at the next start. Default false: they wait for a resume.</summary>
    public bool ResumeOnStart { get; init; }

    /// <summary>
    /// Whether a job takes only what every other thread of the machine leaves of the processors (in a container: of its own). Default true:
    /// predictions beside it are as fast as without. False where training is what the machine is for.
    /// </summary>
    public bool YieldToServing { get; init; } = true;

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}
