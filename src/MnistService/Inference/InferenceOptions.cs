using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Inference;

/// <summary>Settings under <c>MnistService:Inference</c>: compute device, worker threads, batching and queue limits.</summary>
internal sealed class InferenceOptions
{
    public const string Section = "MnistService:Inference";

    /// <summary>Compute device: <c>auto</c> (a GPU if available), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Default <c>auto</c>.</summary>
    [DeviceName]
    public string Device { get; set; } = "auto";

    /// <summary>
    /// Implementation of the forward pass. <c>auto</c> uses the service's own forward pass on the CPU and TorchSharp on a GPU; <c>torch</c> uses TorchSharp on
    /// both. Default <c>auto</c>.
    /// </summary>
    [SettingChoice("auto or torch")]
    public InferenceEngine Engine { get; set; }

    /// <summary>
    /// Maximum number of queued images of predictions; further predictions are rejected with 429. Default 1,024, which is enough for a thousand clients that
    /// each wait for one image. Under overload, this limit also bounds how long an accepted prediction waits in the queue.
    /// </summary>
    [SettingRange(1, 1_000_000, Note = "images")]
    public int QueueCapacity { get; set; } = 1024;

    /// <summary>Maximum number of queued images of submissions and label checks. Further images wait for space. Default 1,024.</summary>
    [SettingRange(InferenceQueue.BulkChunkSize, 1_000_000, Note = "images")]
    public int BulkCapacity { get; set; } = 1024;

    /// <summary>
    /// Maximum number of images per batch. 0 (the default) selects 32 on the CPU, where the benchmarks show no gain from larger batches, and 256 on a GPU.
    /// The batch size also bounds how long a prediction waits behind CSV rows that are already being computed.
    /// </summary>
    [SettingRange(0, 4096, Note = "images (0: chosen by device)")]
    public int MaxBatchSize { get; set; }

    /// <summary>
    /// Maximum time that the oldest request waits for further requests to fill its batch. Default zero: a free worker starts a batch immediately.
    /// </summary>
    [SettingRange("00:00:00", "00:00:01")]
    public TimeSpan MaxBatchDelay { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Number of worker threads. 0 (the default) selects one per processor on the CPU and two on a GPU. On a GPU, one worker prepares and uploads its batch
    /// while the device computes the batch of the other worker.
    /// </summary>
    [SettingRange(0, 256, Note = "(0: chosen by device)")]
    public int Workers { get; set; }

    /// <summary>Maximum time that a prediction waits in the queue. A prediction that waits longer is not computed; the response is 504. Default 2 s.</summary>
    [SettingRange("00:00:00.001", "01:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Returns the number of worker threads for a model that is loaded on <paramref name="device"/>, such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public int WorkersOn(string device) => Workers > 0 ? Workers : IsGpu(device) ? 2 : Environment.ProcessorCount;

    /// <summary>
    /// Returns the maximum number of images per batch for a model that is loaded on <paramref name="device"/>, such as <c>cpu</c> or <c>cuda:0</c>.
    /// </summary>
    public int MaxBatchSizeOn(string device) => MaxBatchSize > 0 ? MaxBatchSize : IsGpu(device) ? 256 : 32;

    private static bool IsGpu(string device) => device.StartsWith("cuda", StringComparison.Ordinal);
}

/// <summary>Implementation of the network's forward pass.</summary>
internal enum InferenceEngine
{
    /// <summary>Inference uses the service's own forward pass on the CPU, and TorchSharp on a GPU.</summary>
    Auto,

    /// <summary>Inference uses TorchSharp on a GPU and on the CPU.</summary>
    Torch,
}

/// <summary>Validates the name of a device. The startup checks later whether this machine has the device.</summary>
internal sealed partial class DeviceNameAttribute : SettingAttribute
{
    protected override string Expected => "auto, cpu, cuda or cuda:N";

    public override bool IsValid(object? value) => value is string name && Name().IsMatch(name);

    [GeneratedRegex(@"\A(auto|cpu|cuda(:[0-9]{1,2})?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

[OptionsValidator]
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>;
