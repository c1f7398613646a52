namespace MnistService.Inference;

/// <summary>The settings under <c>MnistService:Inference</c>.</summary>
internal sealed class InferenceOptions
{
    public const string Section = "MnistService:Inference";

    /// <summary><c>auto</c> (a GPU where there is one), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    public string Device { get; set; } = "auto";

    /// <summary><c>auto</c>: the service's own forward pass on the CPU, TorchSharp on a GPU. <c>torch</c>: TorchSharp on both. Default <c>auto</c>.</summary>
    public InferenceEngine Engine { get; set; }

    /// <summary>
    /// Images that the predict lane holds; one more is refused with 429. Default 1,024: some ten milliseconds of work, so that whoever is
    /// accepted under overload waits for that and not for the deadline, and a thousand clients who each wait for their answer are all served.
    /// </summary>
    public int QueueCapacity { get; set; } = 1024;

    /// <summary>Images that the bulk lane holds before a submission has to wait for room. Default 1,024.</summary>
    public int BulkCapacity { get; set; } = 1024;

    /// <summary>
    /// Images in a batch at most; 0 (the default) chooses 32 on the CPU, where more make nothing faster (the benchmarks' results), and
    /// 256 on a GPU. It is also the longest a drawn digit can wait behind rows that are already being computed.
    /// </summary>
    public int MaxBatchSize { get; set; }

    /// <summary>Time that the oldest request may wait for a batch to fill. Default zero: a free worker never waits.</summary>
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Worker threads; 0 (the default): one a processor on the CPU, two on a GPU, where the second prepares its batch and sends it to the device while the
    /// first's is computed.
    /// </summary>
    public int Workers { get; set; }

    /// <summary>Time that a prediction may wait in the queue before it is answered with 504 instead of computed. Default 2 s.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Workers to run when the network lives on <paramref name="device"/> (<c>cpu</c>, <c>cuda:0</c>).</summary>
    public int WorkersOn(string device) => Workers > 0 ? Workers : IsGpu(device) ? 2 : Environment.ProcessorCount;

    /// <summary>Images in a batch at most when the network lives on <paramref name="device"/>.</summary>
    public int MaxBatchSizeOn(string device) => MaxBatchSize > 0 ? MaxBatchSize : IsGpu(device) ? 256 : 32;

    private static bool IsGpu(string device) => device.StartsWith("cuda", StringComparison.Ordinal);
}
