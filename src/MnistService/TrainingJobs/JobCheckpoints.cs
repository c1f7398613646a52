using Microsoft.Extensions.Options;
using MnistService.Model.Files;
using MnistService.Model.Training;
using MnistService.Model.Weights;
using MnistService.Startup;
using MnistService.Storage;

namespace MnistService.TrainingJobs;

/// <summary>The checkpoint of each unfinished job, a file in the data directory named after the job.</summary>
internal sealed class JobCheckpoints(IOptions<DataOptions> data, CheckpointStorage storage)
{
    private string Folder => Path.Combine(data.Value.Directory, "checkpoints");

    private string PathOf(string id) => Path.Combine(Folder, $"{id}.safetensors");

    /// <returns>Null for a job that has none: it begins at the beginning.</returns>
    /// <exception cref="ModelFormatException">It is damaged.</exception>
    internal Checkpoint? Find(string id) => CheckpointFile.Find(PathOf(id));

    /// <summary>Whether a job has one: without, it begins anew when it is resumed.</summary>
    internal bool Exists(string id) => SortableId.IsWellFormed(id) && File.Exists(PathOf(id));

    /// <summary>Writes the checkpoint of the running job. Where the oldest are deleted, it is always stored, and those of other jobs are deleted afterwards.</summary>
    /// <exception cref="StorageFullException">The store refuses more.</exception>
    internal void Write(string id, Checkpoint checkpoint)
    {
        AtomicFile.MakeDirectory(Folder);
        var deletesOldest = storage.Quota.Limits.WhenFull == StorageFullPolicy.DeleteOldest;
        using var reservation = storage.Quota.Begin(id);
        if (!deletesOldest) reservation.Claim(checkpoint.State.Tensors.Sum(tensor => (long)tensor.Bytes.Length));
        CheckpointFile.Write(PathOf(id), checkpoint);
        reservation.Commit(new FileInfo(PathOf(id)).Length);
        // On a pool thread: the training thread runs at SCHED_IDLE and would hold the jobs' lock for long on a busy machine (priority inversion).
        if (deletesOldest) _ = Task.Run(storage.Quota.Trim);
    }

    /// <param name="id">As in the database; never a client's text.</param>
    internal void Delete(string id)
    {
        if (Directory.Exists(Folder)) File.Delete(PathOf(id));
        storage.Quota.Remove(id);
    }
}
