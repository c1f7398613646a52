using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks.Soak;

/// <summary>Drawn digits with their labels, and Kaggle's file with the submission that each model produces for it.</summary>
internal sealed class SoakImages
{
    private static readonly string[] Scenes = ["28×28, dark on light", "drawing game: white on black", "marker", "photo of grey paper", "transparent, black ink"];

    private readonly List<(byte[] Bytes, int Digit)> _pictures = [];
    private readonly Dictionary<string, byte[]> _submissions = [];

    /// <summary>Number of drawn images that the clients send.</summary>
    internal int Count => _pictures.Count;

    internal byte[] Csv { get; } = KaggleFile.Csv();

    /// <summary>Ids of the models that the benchmark promotes.</summary>
    internal IEnumerable<string> Models => _submissions.Keys;

    /// <summary>
    /// Records the predictions of each model; call it before the clients start. An image that any model classifies wrongly is not sent later.
    /// </summary>
    internal static async Task<SoakImages> AskAsync(HttpClient client)
    {
        var all = new SoakImages();
        var drawn = Scenes.SelectMany(name => Enumerable.Range(0, 10).Select(digit =>
            (Drawings.Scenes.All.Single(scene => scene.Name == name).Draw(digit, new Random(digit)), digit))).ToList();
        var serving = (string)(await client.GetFromJsonAsync<JsonNode>("/models/current"))!["id"]!;
        var models = (await client.GetFromJsonAsync<JsonNode>("/models"))!["models"]!.AsArray().Select(model => (string)model!["id"]!).ToList();
        foreach (var model in models.OrderBy(model => model == serving)) // the serving model is last, so that it serves again afterward
        {
            using var activated = await client.PostAsync($"/models/{model}/promote?force=true", null);
            activated.EnsureSuccessStatusCode();
            var readWrong = new HashSet<int>();
            for (var i = 0; i < drawn.Count; i++)
            {
                using var answer = await client.PostAsync("/predict", new ByteArrayContent(drawn[i].Item1));
                if ((int?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["digit"] != drawn[i].digit) readWrong.Add(i);
            }
            drawn = [.. drawn.Where((_, i) => !readWrong.Contains(i))];
            all._submissions[model] = await SubmitAsync(client, all.Csv);
        }
        all._pictures.AddRange(drawn);
        return all;
    }

    internal (byte[] Bytes, int Digit) Any(Random random) => _pictures[random.Next(_pictures.Count)];

    /// <summary>Whether each line equals the line of one of the models. A promotion during the upload may change the model within a file.</summary>
    internal bool IsRight(ReadOnlySpan<byte> submission)
    {
        foreach (var expected in _submissions.Values)
            if (submission.SequenceEqual(expected)) return true;
        var lines = System.Text.Encoding.ASCII.GetString(submission).Split('\n');
        var models = _submissions.Values.Select(bytes => System.Text.Encoding.ASCII.GetString(bytes).Split('\n')).ToList();
        return models.All(model => model.Length == lines.Length) && lines.Select((line, i) => models.Any(model => model[i] == line)).All(right => right);
    }

    /// <summary>Posts the file and deletes the stored submission.</summary>
    /// <returns>The submission CSV.</returns>
    internal static async Task<byte[]> SubmitAsync(HttpClient client, byte[] csv)
    {
        var (submission, location) = await KaggleFile.SubmitAsync(client, client.BaseAddress!, csv);
        using var deleted = await client.DeleteAsync(location);
        deleted.EnsureSuccessStatusCode();
        return submission;
    }
}
