using MnistService.Benchmarks.Load;
using MnistService.Model.Inference;
using MnistService.Model.Native;
using MnistService.Model.Registry;

namespace MnistService.Benchmarks.Images;

/// <summary>
/// Time from an image file to the network's 28×28 input, compared with a pipeline of OpenCV on the same core, and the first request after a start. The pipelines
/// alternate within each round, so that other load on the machine affects all of them alike.
/// </summary>
internal sealed class ImageSpeedBenchmark(ImageSpeedPlan plan)
{
    private const string Service = "service", OpenCv = "OpenCV", GrayOpenCv = "OpenCV, gray";

    private static readonly string[] Peers = [OpenCv, GrayOpenCv];

    private readonly IReadOnlyList<SizedImage> _images = ImageSizes.DrawAll();

    /// <summary>Runs the benchmark; writes and prints the result.</summary>
    /// <returns>Exit code: 0, or 1 if the service reads an image wrong.</returns>
    internal static async Task<int> RunAsync(ImageSpeedPlan plan)
    {
        var page = new ResultPage("images", Machine.Look(), isKept: !plan.IsQuick);
        page.Begin("From the image file to the network's input", plan.IsQuick ? "images --quick" : "images");
        var benchmark = new ImageSpeedBenchmark(plan);
        var isRight = benchmark.ComparePipelines(page);
        await page.SaveAsync(); // the first requests take minutes on a busy machine
        if (Repository.Mnist is not null) await new FirstRequests(plan, benchmark._images).MeasureAsync(page);
        await page.SaveAsync();
        return isRight ? 0 : 1;
    }

    private bool ComparePipelines(ResultPage page)
    {
        var folder = Directory.CreateTempSubdirectory("mnist-images-");
        var pipelines = new Dictionary<string, PipelineProcess>();
        try
        {
            List<string> files = [.. _images.Select((image, i) => Path.Combine(folder.FullName, $"{i}.image"))];
            foreach (var (i, file) in files.Index()) File.WriteAllBytes(file, _images[i].Bytes);
            pipelines[Service] = PipelineProcess.StartService(files);
            if (PipelineProcess.TryStartOpenCv([], files, out var missing) is { } openCv)
            {
                pipelines[OpenCv] = openCv;
                pipelines[GrayOpenCv] = PipelineProcess.TryStartOpenCv(["--gray"], files, out _)!;
            }
            var digits = ReadAll(pipelines);
            var found = Measure(pipelines);
            Report(page, digits, found, pipelines, missing);
            return _images.Index().All(image => digits[(Service, image.Index)] == image.Item.Digit);
        }
        finally
        {
            foreach (var pipeline in pipelines.Values) pipeline.Dispose();
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Returns the digit that the shipped model reads in the input from each pipeline; <c>null</c> if the pipeline finds no single digit.</summary>
    private Dictionary<(string Pipeline, int Image), int?> ReadAll(Dictionary<string, PipelineProcess> pipelines)
    {
        var store = new ModelStore(Path.Combine(Repository.Root, "models"));
        using var classifier = store.Load(store.CurrentId!, DeviceChoice.WithoutTorch("cpu")!, 1)[0];
        var digits = new Dictionary<(string, int), int?>();
        var probabilities = new float[10];
        foreach (var (name, pipeline) in pipelines)
        {
            for (var image = 0; image < _images.Count; image++)
            {
                var pixels = pipeline.Read(image);
                if (pixels is not null) classifier.Classify(pixels, probabilities);
                digits[(name, image)] = pixels is null ? null : Array.IndexOf(probabilities, probabilities.Max());
            }
        }
        return digits;
    }

    private Dictionary<(string Pipeline, int Image), List<PipelineTime>> Measure(Dictionary<string, PipelineProcess> pipelines)
    {
        var counts = new Dictionary<(string, int), int>();
        foreach (var (name, pipeline) in pipelines)
        {
            for (var image = 0; image < _images.Count; image++)
            {
                var first = pipeline.Measure(image, 2).Median;
                var warm = pipeline.Measure(image, 1 + (int)(plan.WarmUp.TotalMilliseconds / first)).Median;
                counts[(name, image)] = Math.Max(3, (int)(plan.Window.TotalMilliseconds / warm));
            }
        }
        var found = counts.Keys.ToDictionary(key => key, _ => new List<PipelineTime>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            Console.Error.WriteLine($"round {round + 1} of {plan.Rounds}");
            for (var image = 0; image < _images.Count; image++)
                foreach (var (name, pipeline) in round % 2 == 0 ? pipelines : pipelines.Reverse()) found[(name, image)].Add(pipeline.Measure(image, counts[(name, image)]));
        }
        return found;
    }

    private void Report(
        ResultPage page, Dictionary<(string Pipeline, int Image), int?> digits, Dictionary<(string Pipeline, int Image), List<PipelineTime>> found,
        Dictionary<string, PipelineProcess> pipelines, string missing)
    {
        page.Line($"{plan.Rounds} rounds, in each every image in each pipeline, on one core; median of the rounds' medians (lowest–highest). A ratio is the service's time divided");
        page.Line($"by that of OpenCV in the same round. {(pipelines.TryGetValue(OpenCv, out var peer) ? $"{peer.Version} with one thread" : "OpenCV was not measured")}; \"gray\" lets OpenCV's decoder convert to gray, which ignores transparency.\n");
        page.Line($"| image | kB | service, ms | OpenCV, ms | ratio | ratio of the processor time | asked | OpenCV, gray, ms | ratio |");
        page.Line($"|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var (i, image) in _images.Index())
        {
            var service = found[(Service, i)];
            var cells = new List<string> { image.Name, $"{image.Bytes.Length / 1024}", Spread.Of(service.Select(time => time.Median)).Text("F2") };
            foreach (var name in Peers)
            {
                if (!found.TryGetValue((name, i), out var times) || digits[(name, i)] != image.Digit || digits[(Service, i)] != image.Digit)
                {
                    cells.AddRange(!pipelines.ContainsKey(name) ? [$"omitted: {missing}", ""] : [Invalid(name, i), ""]);
                    if (name == OpenCv) cells.AddRange(["", ""]);
                    continue;
                }
                cells.Add(Spread.Of(times.Select(time => time.Median)).Text("F2"));
                cells.Add(Spread.Of(service.Zip(times, (ours, theirs) => ours.Median / theirs.Median)).Text("F2"));
                if (name != OpenCv) continue;
                cells.Add(Spread.Of(service.Zip(times, (ours, theirs) => ours.Processor / theirs.Processor)).Text("F2"));
                cells.Add(FormattableString.Invariant($"≤ {image.Target:0.#}"));
            }
            page.Line($"| {string.Join(" | ", cells)} |");
        }

        string Invalid(string name, int i) => $"invalid: the digit is {_images[i].Digit}, service {digits[(Service, i)]?.ToString() ?? "none"}, OpenCV {digits[(name, i)]?.ToString() ?? "none"}";
    }
}
