using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MnistService.Model.Datasets;

namespace MnistService.Benchmarks.Load;

/// <summary>A CSV file with the size and format of Kaggle's <c>test.csv</c>, made from MNIST's images.</summary>
internal static class KaggleFile
{
    internal const int Rows = 28_000;

    private const int Test = 10_000, FirstTraining = 42_000; // Kaggle's train.csv has 42,000 rows

    /// <summary>Pixels of shape [28,000×784]: MNIST's 10,000 test images, then its last 18,000 training images.</summary>
    internal static byte[] Pixels()
    {
        var mnist = MnistDataset.Load(Repository.RequireMnist());
        return [.. mnist.Test.Pixels, .. mnist.Train.Pixels.AsSpan(FirstTraining * 784, (Rows - Test) * 784)];
    }

    /// <summary>The images of <see cref="Pixels"/> as CSV text with Kaggle's header.</summary>
    internal static byte[] Csv()
    {
        var values = Enumerable.Range(0, 256).Select(value => value.ToString(CultureInfo.InvariantCulture)).ToArray();
        var text = new StringBuilder(string.Join(',', Enumerable.Range(0, 784).Select(pixel => $"pixel{pixel}"))).Append('\n');
        foreach (var row in Pixels().Chunk(784)) text.AppendJoin(',', row.Select(pixel => values[pixel])).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Posts the file to <c>/submissions</c> and checks that the response is complete.</summary>
    /// <returns>The submission CSV, and its URL on the service.</returns>
    /// <exception cref="InvalidOperationException">The status is not 201, or the response does not have a header line and 28,000 rows.</exception>
    internal static async Task<(byte[] Submission, Uri Location)> SubmitAsync(HttpClient client, Uri service, byte[] csv)
    {
        using var body = new ByteArrayContent(csv);
        body.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await client.PostAsync(new Uri(service, "/submissions"), body);
        var submission = await answer.Content.ReadAsByteArrayAsync();
        var lines = submission.AsSpan().Count((byte)'\n');
        return answer.StatusCode == HttpStatusCode.Created && lines == Rows + 1
            ? (submission, new Uri(service, answer.Headers.Location!))
            : throw new InvalidOperationException($"The CSV was answered with {(int)answer.StatusCode} and {lines} lines.");
    }
}
