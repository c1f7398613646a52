using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MnistService.Benchmarks;
using MnistService.Benchmarks.Hostile;
using MnistService.Benchmarks.Images;
using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.Overload;
using MnistService.Benchmarks.PageScenes;
using MnistService.Benchmarks.Peers;
using MnistService.Benchmarks.Soak;

// dotnet run -c Release --project tests/MnistService.Benchmarks -- --filter '*'     runs all BenchmarkDotNet benchmarks (about 4 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- --test           smoke test: each benchmark once, images --quick; hostile --quick if MNIST is available
// dotnet run -c Release --project tests/MnistService.Benchmarks -- beside-training  prediction latency with and without a training job (about 5 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- accuracy FOLDER  accuracy and calibration of the CNNs of a model store, into results/ (10 s per model)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- forward          the service's classifier and ONNX Runtime, into results/ (half a minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- images           image files of seven sizes and OpenCV, first requests, into results/ (4 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- load             the service and its peers under wrk, into results/ (about 10 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- load --quick     smoke test of the load benchmark (one minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- overload         up to ten times the capacity, open loop, into results/ (about 8 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- overload --quick smoke test of the overload benchmark (one minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- page             page load time in Chromium, into results/ (half a minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- scenes           random page scenes per kind; also SEED PER_KIND --sheets FOLDER --only TEXT
// dotnet run -c Release --project tests/MnistService.Benchmarks -- security         cost of the security middleware per request, into results/ (half a minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- soak 60          valid and invalid requests, jobs, submissions; 60 minutes, into results/
// dotnet run -c Release --project tests/MnistService.Benchmarks -- hostile          4,000 connections to a service with 512 MB, into results/ (28 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- hostile events   attacks whose name contains "events"; also --connections 1000, --quick
//
// Internal commands: the load benchmark starts each peer as a process (serve-echo, serve-onnx MODEL.onnx, onnx-forward MODEL.onnx); the hostile benchmark
// starts "attack NAME ADDRESS CONNECTIONS MOST"; the image benchmark starts "images-worker FILE...".
//
// BenchmarkDotNet runs in this process (in-process toolchain), so that the 460 MB of libtorch are loaded only once. Only the ratios within a run are
// meaningful.
switch (args)
{
    case ["accuracy", var folder]: return await AccuracyReport.RunAsync(folder);
    case ["beside-training"]: return await ServingBesideTraining.RunAsync(rounds: 5);
    case ["forward"]: return await ForwardComparison.RunAsync();
    case ["images"]: return await ImageSpeedBenchmark.RunAsync(new());
    case ["images", "--quick"]: return await ImageSpeedBenchmark.RunAsync(ImageSpeedPlan.Quick);
    case ["images-worker", .. var files]: return ImageWorker.Run(files);
    case ["load"]: return await LoadBenchmark.RunAsync(new());
    case ["load", "--quick"]: return await LoadBenchmark.RunAsync(LoadPlan.Quick);
    case ["overload"]: return await OverloadBenchmark.RunAsync(new());
    case ["overload", "--quick"]: return await OverloadBenchmark.RunAsync(OverloadPlan.Quick);
    case ["page"]: return await PageLoad.RunAsync(loads: 20);
    case ["scenes", .. var rest]: return SceneReport.Run(rest);
    case ["security"]: return await SecurityCost.RunAsync();
    case ["soak", var minutes]: return await SoakBenchmark.RunAsync(new(TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture))));
    case ["hostile", .. var rest]: return await HostileBenchmark.RunAsync(HostilePlan.Parse(rest));
    case ["attack", var name, var service, var connections, var most]: return await AttackProcess.RunAsync(name, new(service), int.Parse(connections, CultureInfo.InvariantCulture), int.Parse(most, CultureInfo.InvariantCulture));
    case ["serve-echo"]: return await EchoServer.RunAsync();
    case ["serve-onnx", var model]: return await OnnxServer.RunAsync(model);
    case ["onnx-forward", var model]: return OnnxForward.Run(model);
}
var smoke = args.Contains("--test");
var job = (smoke ? Job.Dry : Job.ShortRun).WithToolchain(InProcessEmitToolchain.Instance);
var config = DefaultConfig.Instance.AddJob(job).AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "mnistservice-benchmarks"))
    .WithOptions(ConfigOptions.DisableOptimizationsValidator); // SkiaSharp's assembly lacks a flag that the validator checks
var summaries = BenchmarkSwitcher.FromAssembly(typeof(ForwardPassBenchmarks).Assembly)
    .Run(smoke ? ["--filter", "*"] : args, config);
if (!summaries.Any() || !summaries.All(summary => summary.Reports.All(report => report.Success))) return 1;
if (smoke && await ImageSpeedBenchmark.RunAsync(ImageSpeedPlan.Quick) is var failed and not 0) return failed;
return smoke && Repository.Mnist is not null ? await HostileBenchmark.RunAsync(HostilePlan.Quick) : 0;
