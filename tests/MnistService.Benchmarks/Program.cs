using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MnistService.Benchmarks;
using MnistService.Benchmarks.Hostile;
using MnistService.Benchmarks.Load;
using MnistService.Benchmarks.Overload;
using MnistService.Benchmarks.Peers;
using MnistService.Benchmarks.Soak;

// dotnet run -c Release --project tests/MnistService.Benchmarks -- --filter '*'     measures (about 4 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- --test           runs each benchmark once, to see that it runs
// dotnet run -c Release --project tests/MnistService.Benchmarks -- beside-training  predictions with and without a training job (about 5 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- forward          what serves beside ONNX Runtime, into results/ (half a minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- load             under load beside peers, with wrk, into results/ (about 10 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- load --quick     the same in a minute, to see that it runs
// dotnet run -c Release --project tests/MnistService.Benchmarks -- overload         ten times what the service can do, open loop, into results/ (about 8 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- overload --quick the same in a minute, to see that it runs
// dotnet run -c Release --project tests/MnistService.Benchmarks -- page             how long the page takes in Chromium, into results/ (half a minute)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- soak 60          good and bad clients, jobs, submissions for so many minutes, into results/
// dotnet run -c Release --project tests/MnistService.Benchmarks -- hostile          4,000 hostile connections at a service with 512 MB, into results/ (28 minutes)
// dotnet run -c Release --project tests/MnistService.Benchmarks -- hostile events   only the attacks with "events" in their names; also --connections 1000, --quick
//
// The peers are further commands, each a process that the load benchmark starts: serve-echo, serve-onnx MODEL.onnx, onnx-forward MODEL.onnx. attack NAME ADDRESS CONNECTIONS MOST
// is what the hostile benchmark starts.
//
// In this process: libtorch is 460 MB and loaded once, and the ratios within a run are what counts.
switch (args)
{
    case ["beside-training"]: return await ServingBesideTraining.RunAsync(rounds: 5);
    case ["forward"]: return await ForwardComparison.RunAsync();
    case ["load"]: return await LoadBenchmark.RunAsync(new());
    case ["load", "--quick"]: return await LoadBenchmark.RunAsync(LoadPlan.Quick);
    case ["overload"]: return await OverloadBenchmark.RunAsync(new());
    case ["overload", "--quick"]: return await OverloadBenchmark.RunAsync(OverloadPlan.Quick);
    case ["page"]: return await PageLoad.RunAsync(loads: 20);
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
    .WithOptions(ConfigOptions.DisableOptimizationsValidator); // SkiaSharp's assembly is built without a flag that it looks for
var summaries = BenchmarkSwitcher.FromAssembly(typeof(ForwardPassBenchmarks).Assembly)
    .Run(smoke ? ["--filter", "*"] : args, config);
if (!summaries.Any() || !summaries.All(summary => summary.Reports.All(report => report.Success))) return 1;
return smoke && Repository.Mnist is not null ? await HostileBenchmark.RunAsync(HostilePlan.Quick) : 0;
