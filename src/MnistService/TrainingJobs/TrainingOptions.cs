using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.TrainingJobs;

/// <summary>Settings under <c>MnistService:Training</c>: threads, priority and queue of training jobs, and limits of their event streams.</summary>
internal sealed class TrainingOptions
{
    internal const string Section = "MnistService:Training";

    /// <summary>Number of CPU threads of the trainer. 0 (the default) selects one per processor.</summary>
    [SettingRange(0, 256)]
    public int Threads { get; init; }

    /// <summary>Maximum number of queued jobs, not counting the running job. Further jobs are rejected with 429. Default 16.</summary>
    [SettingRange(1, 10_000)]
    public int QueueCapacity { get; init; } = 16;

    /// <summary>Maximum number of concurrent streams of <c>/train/{id}/events</c>. Further streams are rejected with 429. Default 500.</summary>
    [SettingRange(1, 100_000)]
    public int MaxWatchers { get; init; } = 500;

    /// <summary>
    /// Maximum number of concurrent streams per client address, so that one client cannot open all <see cref="MaxWatchers"/> streams. An IPv6 /64 network
    /// counts as one address. Default 100. Behind a proxy, set this to <see cref="MaxWatchers"/>, because all clients then have the address of the proxy.
    /// </summary>
    [SettingRange(1, 100_000)]
    public int MaxWatchersPerAddress { get; init; } = 100;

    /// <summary>Whether interrupted jobs are queued again at the next start. Default false: a client must resume each interrupted job.</summary>
    public bool ResumeOnStart { get; init; }

    /// <summary>
    /// Whether training, model imports, model conversions and the decoding of images in zip files run at idle priority (SCHED_IDLE). Threads at idle priority
    /// get only the processor time that no other thread of the machine (or of the container) needs, so such threads do not slow down predictions. Default true.
    /// Set this to false on a machine that is dedicated to training, or whose processors are always busy.
    /// </summary>
    public bool YieldToServing { get; init; } = true;

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;
}

[OptionsValidator]
internal sealed partial class TrainingOptionsValidator : IValidateOptions<TrainingOptions>;
