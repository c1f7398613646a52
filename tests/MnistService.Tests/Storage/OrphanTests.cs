using Microsoft.Data.Sqlite;
using MnistService.Tests.Datasets;
using MnistService.Tests.Faults;
using MnistService.TestSupport;

namespace MnistService.Tests.Storage;

/// <summary>Files without a database row: a process that is killed between writing the file and the row leaves them; the next process deletes them.</summary>
[Collection(FaultCollection.Name)]
public sealed class OrphanTests : FaultRoom
{
    private const string Foreign = "notes.csv";

    private string Submissions => Path.Combine(Data, "submissions");

    private string Datasets => Path.Combine(Data, "datasets");

    private string Checkpoints => Path.Combine(Data, "checkpoints");

    [Fact]
    public async Task Files_of_a_process_killed_before_it_wrote_their_rows_are_deleted_at_the_next_start()
    {
        string[] kept;
        using (var service = Start())
        {
            using var client = await service.ListeningAsync();
            (await client.PostAsync("/submissions", TestHttp.Body(Csv(20), "text/csv"), TestHttp.Cancellation)).EnsureSuccessStatusCode();
            await client.AddDatasetAsync(DatasetFiles.Csv());
            kept = Stored();
            foreach (var folder in new[] { Submissions, Datasets }) await File.WriteAllTextAsync(Path.Combine(folder, Foreign), "not the service's", TestHttp.Cancellation);

            using var database = new SqliteConnection($"Data Source={Path.Combine(Data, "mnistservice.db")};Pooling=False");
            await database.OpenAsync(TestHttp.Cancellation);
            await using var writing = database.BeginTransaction(deferred: false); // blocks the writing of rows until the transaction ends
            Task[] uploads =
            [
                client.PostAsync("/submissions", TestHttp.Body(Csv(20), "text/csv"), TestHttp.Cancellation),
                client.PostDatasetAsync(DatasetFiles.Csv()),
            ];
            await TestHttp.EventuallyAsync(() => Task.FromResult(Stored().Length == kept.Length + 3)); // the new .csv, .uncertain and .images
            service.Kill();
            await service.EndedAsync();
            foreach (var upload in uploads) await upload.ContinueWith(_ => { }, TaskScheduler.Default);
        }

        using var next = Start();
        using var asking = await next.ListeningAsync();
        await AssertEventuallyAsync(() => Stored().SequenceEqual(kept), () => string.Join(' ', Stored()));
        foreach (var folder in new[] { Submissions, Datasets }) Assert.True(File.Exists(Path.Combine(folder, Foreign)));
        // Is logged shortly after the files were deleted.
        await AssertEventuallyAsync(() => next.Output.Contains("Deleted 2 orphaned items (", StringComparison.Ordinal), () => next.Output);
        Assert.Matches(@"(?m)^mnist_storage_orphans_total\{[^}]*store=""datasets""[^}]*\} 1( |$)", await asking.GetStringAsync("/metrics", TestHttp.Cancellation));
    }

    [Fact]
    public async Task A_checkpoint_whose_job_is_gone_is_deleted_at_the_next_start()
    {
        using (var service = Start())
        {
            using var client = await service.ListeningAsync();
        }
        Directory.CreateDirectory(Checkpoints);
        var (orphan, foreign) = (Path.Combine(Checkpoints, "02n5fcn1zqjbt.safetensors"), Path.Combine(Checkpoints, "best.safetensors"));
        foreach (var path in new[] { orphan, foreign }) await File.WriteAllTextAsync(path, "", TestHttp.Cancellation);

        using var next = Start();
        using var asking = await next.ListeningAsync();
        await AssertEventuallyAsync(() => !File.Exists(orphan), () => orphan);
        Assert.True(File.Exists(foreign));
    }

    /// <summary>A new database has no rows for older files: the service may use the wrong database, or the old one was lost.</summary>
    [Fact]
    public async Task Files_that_are_older_than_the_database_are_kept_and_the_log_says_so()
    {
        Directory.CreateDirectory(Datasets);
        var file = Path.Combine(Datasets, "02n5fcn1zqjbt.images");
        await File.WriteAllTextAsync(file, "", TestHttp.Cancellation);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));
        for (var start = 0; start < 2; start++)
        {
            using var service = Start();
            using var client = await service.ListeningAsync();
            await AssertEventuallyAsync(() => service.Output.Contains("older than the database", StringComparison.Ordinal), () => service.Output);
            Assert.True(File.Exists(file));
        }
    }

    /// <summary>Names of the files in both folders, without foreign and temporary files.</summary>
    private string[] Stored() =>
        [.. new[] { Submissions, Datasets }.Where(Directory.Exists).SelectMany(Directory.EnumerateFiles).Select(path => Path.GetFileName(path)!)
            .Where(name => name != Foreign && !name.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task AssertEventuallyAsync(Func<bool> isSo, Func<string> found)
    {
        for (var attempt = 0; attempt < 500 && !isSo(); attempt++) await Task.Delay(20, TestHttp.Cancellation);
        Assert.True(isSo(), found());
    }
}
