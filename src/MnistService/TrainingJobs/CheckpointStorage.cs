using Microsoft.Extensions.Options;
using MnistService.Database;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.TrainingJobs;

/// <summary>
/// Applies the storage quota to the checkpoints of training jobs. The checkpoint of a running or queued job is never evicted. If the checkpoint of a stopped
/// job is evicted, a resume restarts the job from the beginning.
/// </summary>
internal sealed class CheckpointStorage : IStorage
{
    private readonly TrainingJobStore _jobs;
    private readonly JobReferences _references;
    private readonly StoredFiles _files;

    public CheckpointStorage(TrainingJobStore jobs, JobReferences references, IOptions<DataOptions> data, IOptions<StorageOptions> options, TimeProvider time)
    {
        (_jobs, _references) = (jobs, references);
        _files = new(Path.Combine(data.Value.Directory, "checkpoints"), ".safetensors");
        Quota = new(this, options.Value.Checkpoints, time);
    }

    public string Name => nameof(StorageOptions.Checkpoints);

    public string Items => "checkpoints";

    public StorageQuota Quota { get; }

    public IReadOnlyList<StoredItem> Scan() => _files.Scan();

    public IReadOnlySet<string> FindOwned() => _references.FindWithCheckpoint();

    public bool TryEvict(string id) => _jobs.TryWhileAtRest(id, () => _files.Delete(id));

    public void DeleteFiles(string id) => _files.Delete(id);
}
