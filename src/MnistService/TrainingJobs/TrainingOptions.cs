using System.ComponentModel.DataAnnotations;

namespace MnistService.TrainingJobs;

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

    /// <summary>Streams of <c>/train/{id}/events</c> that are open at a time; further ones are answered with 429. Default 500.</summary>
    [Range(1, 100_000)]
    public int MaxWatchers { get; init; } = 500;

    /// <summary>
    /// The same of one address, so that one client does not take them all; an IPv6 network of 64 bits counts as one. Default 100. Behind a proxy all clients have one
    /// address: set it to <see cref="MaxWatchers"/> there.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxWatchersPerAddress { get; init; } = 100;

    /// <summary>Whether jobs that the end of the service interrupted go on by themselves at the next start. Default false: they wait for a resume.</summary>
    public bool ResumeOnStart { get; init; }

    /// <summary>
    /// Whether a job takes only what every other thread of the machine leaves of the processors (in a container: of its own). Default true:
    /// predictions beside it are as fast as without. False where training is what the machine is for.
    /// </summary>
    public bool YieldToServing { get; init; } = true;

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}
