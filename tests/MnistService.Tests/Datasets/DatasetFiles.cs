using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MnistService.Drawings;
using MnistService.Model.Datasets;
using MnistService.Model.Imaging;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.Datasets;

/// <summary>Small data sets of drawn digits as CSV and zip files, and the requests that upload them.</summary>
internal static class DatasetFiles
{
    /// <summary>Number of drawn images: enough for one batch of the default size after one twelfth is held out for validation.</summary>
    internal const int Images = 300;

    internal static readonly string Header = $"label,{KaggleFiles.Pixels}";

    private static readonly Lazy<(int Label, byte[] Png)[]> Drawn = new(() =>
        [.. Enumerable.Range(0, Images).Select(i => (i % 10, new Scene("plain", 56, 56, 40, 5).Draw(i % 10, new Random(i))))]);

    /// <summary>300 drawn digits as PNG files. The labels repeat in the order 0, 1, … 9.</summary>
    internal static IReadOnlyList<(int Label, byte[] Png)> Pictures => Drawn.Value;

    /// <summary>The images as CSV rows without line ends: the label, then 784 pixels.</summary>
    internal static string[] Rows { get; } = [.. Pictures.Select(picture => string.Create(CultureInfo.InvariantCulture,
        $"{picture.Label},{string.Join(',', ImageReader.Read(picture.Png, ImageOptions.Default).Pixels.ToArray())}"))];

    /// <summary>Returns images as CSV rows without line ends: the label, then 784 pixels.</summary>
    internal static IEnumerable<string> RowsOf(LabeledImages images) => Enumerable.Range(0, images.Count).Select(i => string.Create(CultureInfo.InvariantCulture,
        $"{images.Labels[i]},{string.Join(',', images.Pixels[(i * DigitImage.PixelCount)..((i + 1) * DigitImage.PixelCount)])}"));

    internal static byte[] Csv(IEnumerable<string> rows) => Encoding.UTF8.GetBytes(string.Join('\n', rows.Prepend(Header)) + "\n");

    internal static byte[] Csv() => Csv(Rows);

    /// <summary>A zip whose first entry has the encryption flag in its local header and in the central directory.</summary>
    internal static byte[] EncryptedZip(IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        var zip = Zip(entries);
        zip[6] |= 1;
        zip[zip.AsSpan().IndexOf("PK\x01\x02"u8) + 8] |= 1;
        return zip;
    }

    internal static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> entries)
    {
        var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }

    /// <summary>Zip entries such as <c>train/7/17.png</c>, sorted by name and therefore by digit.</summary>
    internal static IEnumerable<(string Name, byte[] Bytes)> Entries(string prefix = "train/") =>
        Pictures.Select((picture, i) => ($"{prefix}{picture.Label}/{i}.png", picture.Png)).OrderBy(entry => entry.Item1, StringComparer.Ordinal);

    internal static Task<HttpResponseMessage> PostDatasetAsync(this HttpClient client, byte[] body, string type = "text/csv", string query = "") =>
        client.PostAsync("/datasets" + query, TestHttp.Body(body, type), TestHttp.Cancellation);

    internal static async Task<string> AddDatasetAsync(this HttpClient client, byte[] body) =>
        (string)(await (await client.PostDatasetAsync(body)).JsonAsync(System.Net.HttpStatusCode.Created))["id"]!;

    internal static Task<HttpResponseMessage> PostJobAsync(this HttpClient client, object settings) => client.PostAsJsonAsync("/train", settings, TestHttp.Cancellation);

    /// <summary>Waits until a job is neither queued nor running, for at most 5 minutes, because jobs use only the time that other tests leave.</summary>
    /// <returns>The job in its final state.</returns>
    /// <exception cref="OperationCanceledException">The job did not end in time.</exception>
    internal static async Task<JsonNode> EndOfJobAsync(this HttpClient client, string id)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestHttp.Cancellation);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        JsonNode job;
        while ((string?)(job = await client.GetJsonAsync($"/train/{id}"))["state"] is "queued" or "running") await Task.Delay(50, patience.Token);
        return job;
    }
}
