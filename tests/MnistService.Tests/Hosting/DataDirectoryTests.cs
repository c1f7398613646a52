using Microsoft.Extensions.Options;
using MnistService.Hosting;

namespace MnistService.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-data-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_absent_directory_is_made_with_its_parents_and_left_empty()
    {
        var path = Path.Combine(_folder, "volume", "data");

        await Starting(path);

        Assert.Empty(Directory.EnumerateFileSystemEntries(path));
    }

    [Fact]
    public async Task What_is_in_the_directory_stays()
    {
        var file = Path.Combine(_folder, "mnistservice.db");
        await File.WriteAllTextAsync(file, "rows", TestContext.Current.CancellationToken);

        await Starting(_folder);

        Assert.Equal([file], Directory.EnumerateFileSystemEntries(_folder));
        Assert.Equal("rows", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("file")] // a file has the directory's name
    [InlineData("file/data")] // a parent is a file
    public async Task A_path_that_cannot_be_a_directory_stops_the_start_with_the_settings_name_and_value(string relative)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", TestContext.Current.CancellationToken);
        var path = Path.Combine(_folder, relative);

        await StopsNaming(path);
    }

    /// <summary>The kernel refuses new files in <c>/proc/self</c> to everyone, root too: what a volume mounted read-only looks like.</summary>
    [Fact]
    public Task A_directory_that_takes_no_file_stops_the_start_with_the_settings_name_and_value() => StopsNaming("/proc/self");

    private static async Task StopsNaming(string path)
    {
        var failure = await Assert.ThrowsAsync<SettingException>(() => Starting(path));

        Assert.StartsWith($"MnistService:Data:Directory is '{path}', where no file can be written: ", failure.Message, StringComparison.Ordinal);
        Assert.Equal([failure.Message], StartFailure.Describe(failure)!); // one line, no stack trace
    }

    private static async Task Starting(string path) =>
        await new DataDirectory(Options.Create(new DataOptions { Directory = path })).StartingAsync(TestContext.Current.CancellationToken);
}
