using System.Security.Cryptography;
using MnistService.Model.Files;

namespace MnistService.Model.Datasets;

/// <summary>Finds MNIST's four files in the data directory or downloads them from public mirrors.</summary>
public static class MnistFiles
{
    public static readonly MnistFile TrainImages = new("train-images-idx3-ubyte.gz", 9_912_422, "f68b3c2dcbeaaa9fbdd348bbdeb94873");
    public static readonly MnistFile TrainLabels = new("train-labels-idx1-ubyte.gz", 28_881, "d53e105ee54ea40749a09fcbcd1e9432");
    public static readonly MnistFile TestImages = new("t10k-images-idx3-ubyte.gz", 1_648_877, "9fb629c4189551a2d022fa330f9573f3");
    public static readonly MnistFile TestLabels = new("t10k-labels-idx1-ubyte.gz", 4_542, "ec29112dd5afa0611ce80d1b7f02629c");

    /// <summary>
    /// Read timeout. If a mirror sends nothing for this time after the response headers, the download from the mirror fails. Then the next mirror is tried, if
    /// there is one.
    /// </summary>
    private static readonly TimeSpan Stalled = TimeSpan.FromSeconds(30);

    /// <summary>MNIST's four files: training images and labels, test images and labels.</summary>
    public static IReadOnlyList<MnistFile> All { get; } = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>Base URLs of public copies of MNIST's original files, in the order in which they are tried.</summary>
    public static IReadOnlyList<Uri> Mirrors { get; } =
    [
        new("https://ossci-datasets.s3.amazonaws.com/mnist/"),
        new("https://storage.googleapis.com/cvdf-datasets/mnist/"),
    ];

    /// <summary>
    /// Finds the folder with MNIST's four files: <paramref name="directory"/> or its subfolder <c>mnist</c>. Compares lengths, not checksums.
    /// </summary>
    /// <returns>The folder; <c>null</c> if neither folder contains all four files with their published lengths.</returns>
    public static string? Find(string directory) => new[] { directory, Path.Combine(directory, "mnist") }
        .FirstOrDefault(folder => All.All(file => HasLength(Path.Combine(folder, file.Name), file.Bytes)));

    /// <summary>Returns whether a file has its published MD5 checksum. Reads the complete file.</summary>
    public static bool IsSound(string path, MnistFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Md5(path) == file.Md5;
    }

    /// <summary>
    /// Finds the folder with MNIST's four files and verifies their checksums. If no folder has all four files, downloads missing and damaged files into the
    /// subfolder <c>mnist</c> of <paramref name="directory"/>.
    /// </summary>
    /// <param name="directory">Data directory of the service. MNIST's files are in this folder or in its subfolder <c>mnist</c>.</param>
    /// <param name="download">Whether to download missing files; if <c>false</c>, missing files are an error.</param>
    /// <param name="client">HTTP client for the downloads.</param>
    /// <param name="progress">
    /// Receives reports for each downloaded file: at the start of the download, after every megabyte (1,048,576 bytes), and at the end. <c>null</c> for no
    /// reports.
    /// </param>
    /// <param name="cancellation">Cancels the download. Files that were downloaded completely are kept.</param>
    /// <returns>The folder with the four files.</returns>
    /// <exception cref="MnistUnavailableException">
    /// A file has a wrong checksum; files are missing and <paramref name="download"/> is <c>false</c>; the folder <c>mnist</c> cannot be created; or no
    /// mirror delivered a file with the published checksum.
    /// </exception>
    public static async Task<string> EnsureAsync(
        string directory, bool download, HttpClient client, IProgress<MnistDownloadProgress>? progress, CancellationToken cancellation)
    {
        if (Find(directory) is { } found)
        {
            foreach (var file in All) Verify(Path.Combine(found, file.Name), file);
            return found;
        }
        var folder = Path.Combine(directory, "mnist");
        if (!download)
        {
            throw new MnistUnavailableException(
                $"MNIST's files ({string.Join(", ", All.Select(f => f.Name))}) are not in the data directory or its folder 'mnist', or do not have their published lengths. "
                + "Downloading is disabled.");
        }
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MnistUnavailableException($"The folder 'mnist' cannot be created in the data directory: {FileFailure.Describe(e)} Copy MNIST's four files into the data directory.", e);
        }
        foreach (var file in All)
        {
            var path = Path.Combine(folder, file.Name);
            if (HasLength(path, file.Bytes) && Md5(path) == file.Md5) continue;
            await FetchAsync(file, path, client, progress, cancellation);
        }
        return folder;
    }

    /// <summary>
    /// Returns whether the file exists and is <paramref name="bytes"/> bytes long. For a symbolic link, checks the length of the link's target.
    /// </summary>
    private static bool HasLength(string path, long bytes) =>
        File.Exists(path) && ((FileInfo)(File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path))).Length == bytes;

    private static void Verify(string path, MnistFile file)
    {
        if (Md5(path) is var md5 && md5 != file.Md5)
            throw new MnistUnavailableException($"The file {file.Name} is damaged: its MD5 checksum is {md5}; expected {file.Md5}. Replace the file. "
                + "If downloading is enabled, you can also delete it; the next training job that needs it downloads it again.");
    }

    private static async Task FetchAsync(
        MnistFile file, string path, HttpClient client, IProgress<MnistDownloadProgress>? progress, CancellationToken cancellation)
    {
        var tried = new List<string>();
        Exception? last = null;
        foreach (var mirror in Mirrors)
        {
            var source = new Uri(mirror, file.Name);
            var temporary = AtomicFile.TemporaryNameOf(path);
            try
            {
                await CopyAsync(file, source, temporary, client, progress, cancellation);
                if (Md5(temporary) is var md5 && md5 != file.Md5) throw new InvalidDataException($"the received file has the MD5 {md5}; expected {file.Md5}");
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException or UnauthorizedAccessException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                tried.Add($"{source}: {(e is IOException or UnauthorizedAccessException ? FileFailure.Describe(e) : e.Message)}");
                last = e;
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        throw new MnistUnavailableException(
            $"{file.Name} could not be downloaded. Tried {string.Join("; ", tried)}. Copy MNIST's four files into the folder 'mnist' of the data directory.", last);
    }

    private static async Task CopyAsync(
        MnistFile file, Uri source, string path, HttpClient client, IProgress<MnistDownloadProgress>? progress, CancellationToken cancellation)
    {
        const long Megabyte = 1 << 20;
        using var response = await client.GetAsync(source, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[1 << 16];
        long copied = 0;
        progress?.Report(new(file.Name, source, copied, file.Bytes));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Stalled);
        while (await body.ReadAsync(buffer, patience.Token) is var read and > 0)
        {
            patience.CancelAfter(Stalled); // restarts the timeout after each read
            if (copied + read > file.Bytes) throw new InvalidDataException($"the received file is longer than the expected {file.Bytes} bytes");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellation);
            if (copied / Megabyte != (copied + read) / Megabyte || copied + read == file.Bytes) progress?.Report(new(file.Name, source, copied + read, file.Bytes));
            copied += read;
        }
        target.Flush(flushToDisk: true);
    }

    private static string Md5(string path)
    {
        using var file = File.OpenRead(path);
#pragma warning disable CA5351 // The published checksums are MD5. They detect accidental damage, not tampering.
        return Convert.ToHexStringLower(MD5.HashData(file));
#pragma warning restore CA5351
    }
}

/// <summary>Name, length and checksum of one of MNIST's four files, as published.</summary>
/// <param name="Name">File name, without a folder.</param>
/// <param name="Bytes">Length of the gzip file in bytes.</param>
/// <param name="Md5">Published MD5 of the gzip file, lower-case hexadecimal. It detects accidental damage, not tampering.</param>
public sealed record MnistFile(string Name, long Bytes, string Md5);

/// <summary>Download progress of one MNIST file.</summary>
/// <param name="File">File name, without a folder.</param>
/// <param name="Source">URL of the file on the mirror.</param>
/// <param name="Bytes">Bytes downloaded so far.</param>
/// <param name="TotalBytes">Published length of the file in bytes.</param>
public sealed record MnistDownloadProgress(string File, Uri Source, long Bytes, long TotalBytes);

/// <summary>Thrown if MNIST's files are missing or damaged and are not downloaded. The message names the files and the cause.</summary>
public sealed class MnistUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
