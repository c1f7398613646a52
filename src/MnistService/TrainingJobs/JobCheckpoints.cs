using Microsoft.Extensions.Options;
using MnistService.Model.Files;
using MnistService.Model.Training;
using MnistService.Model.Weights;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.TrainingJobs;

/// <summary>
/// Stores at most one checkpoint per job that has not succeeded, in the file <c>checkpoints/&lt;job id&gt;.safetensors</c> of the data directory.
/// </summary>
internal sealed class JobCheckpoints(IOptions<DataOptions> data, CheckpointStorage storage)
{
    private string Folder => Path.Combine(data.Value.Directory, "checkpoints");

    private string PathOf(string id) => Path.Combine(Folder, $"{id}.safetensors");

    /// <returns>The checkpoint; <c>null</c> if the job has no checkpoint and must start from the beginning.</returns>
    /// <exception cref="ModelFormatException">The checkpoint file is damaged.</exception>
    internal Checkpoint? Find(string id) => CheckpointFile.Find(PathOf(id));

    /// <summary>Returns whether the job has a checkpoint. Without a checkpoint, a resume restarts the job from the beginning.</summary>
    internal bool Exists(string id) => SortableId.IsWellFormed(id) && File.Exists(PathOf(id));

    /// <summary>
    /// Writes the checkpoint of the running job. With the storage policy <c>DeleteOldest</c>, the checkpoint is written even if it exceeds the storage quota;
    /// then the oldest checkpoints of other jobs are evicted.
    /// </summary>
    /// <exception cref="StorageFullException">
    /// The storage policy is <c>Refuse</c>, and the checkpoint does not fit into the storage quota of the checkpoints.
    /// </exception>
    internal void Write(string id, Checkpoint checkpoint)
    {
        AtomicFile.MakeDirectory(Folder);
        var deletesOldest = storage.Quota.Limits.WhenFull == StorageFullPolicy.DeleteOldest;
        using var reservation = storage.Quota.Begin(id);
        if (!deletesOldest) reservation.Claim(checkpoint.State.Tensors.Sum(tensor => (long)tensor.Bytes.Length));
        CheckpointFile.Write(PathOf(id), checkpoint);
        reservation.Commit(new FileInfo(PathOf(id)).Length);
        // Eviction runs on a pool thread, because the training thread runs at idle priority (SCHED_IDLE) by default. On a busy machine, the training thread
        // would hold the lock of the job store for a long time (priority inversion).
        if (deletesOldest) _ = Task.Run(storage.Quota.Trim);
    }

    /// <param name="id">Id of a job that exists or existed in the database. The method does not check the id, which becomes part of a path.</param>
    internal void Delete(string id)
    {
        if (Directory.Exists(Folder)) File.Delete(PathOf(id));
        storage.Quota.Remove(id);
    }
}
