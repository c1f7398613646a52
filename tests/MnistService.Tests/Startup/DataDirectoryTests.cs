using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MnistService.Model.Files;
using MnistService.Startup;

namespace MnistService.Tests.Startup;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_absent_directory_is_made_with_its_parents()
    {
        var path = Path.Combine(_folder, "volume", "data");

        using var _ = await Starting(path);

        Assert.Equal([Path.Combine(path, ".lock")], Directory.EnumerateFileSystemEntries(path));
    }

    [Fact]
    public async Task What_is_in_the_directory_stays_but_for_what_the_dead_left_half_written_in_the_services_own_folders()
    {
        var file = Path.Combine(_folder, "mnistservice.db");
        await File.WriteAllTextAsync(file, "rows", TestContext.Current.CancellationToken);
        var checkpoints = Directory.CreateDirectory(Path.Combine(_folder, "checkpoints")).FullName;
        var whole = Path.Combine(checkpoints, "job.safetensors");
        var own = Path.Combine(checkpoints, "notes.tmp"); // not a name that the service gives to temporary files
        var other = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "photos", "edit.tmp")).FullName, "one.png");
        foreach (var path in new[] { whole, own, other, AtomicFile.TemporaryNameOf(whole) }) await File.WriteAllTextAsync(path, "rows", TestContext.Current.CancellationToken);

        using var _ = await Starting(_folder);

        Assert.Equal([Path.Combine(_folder, ".lock"), whole, own, file, other], Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        Assert.Equal("rows", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_cannot_have_it_at_once_and_the_next_has_it_when_the_first_has_ended()
    {
        using (await Starting(_folder))
        {
            var failure = await Assert.ThrowsAsync<SettingException>(() => Starting(_folder));
            Assert.StartsWith(
                $"MnistService:Data:Directory is '{_folder}', but the file '.lock' in that directory cannot be locked: ",
                failure.Message, StringComparison.Ordinal);
        }
        using var _ = await Starting(_folder);
    }

    [Theory]
    [InlineData("file")] // a file has the name of the directory
    [InlineData("file/data")] // a parent is a file
    public async Task A_path_that_cannot_be_a_directory_stops_the_start_with_the_settings_name_and_value(string relative)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        var path = Path.Combine(_folder, relative);

        await StopsNaming(path);
    }

    /// <summary>The kernel rejects new files in <c>/proc/self</c> even for root, as on a volume that is mounted read-only.</summary>
    [Fact]
    public Task A_directory_that_takes_no_file_stops_the_start_with_the_settings_name_and_value() => StopsNaming("/proc/self");

    private static async Task StopsNaming(string path)
    {
        var failure = await Assert.ThrowsAsync<SettingException>(() => Starting(path));

        Assert.StartsWith($"MnistService:Data:Directory is '{path}', but no file can be written there: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal([failure.Message], StartupErrors.Describe(failure)!); // one line, no stack trace
    }

    private static async Task<DataDirectory> Starting(string path)
    {
        var directory = new DataDirectory(Options.Create(new DataOptions { Directory = path }), NullLogger<DataDirectory>.Instance);
        await directory.StartingAsync(TestContext.Current.CancellationToken);
        return directory;
    }
}
