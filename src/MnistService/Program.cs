using MnistService.Database;
using MnistService.Datasets;
using MnistService.Downloads;
using MnistService.Hosting;
using MnistService.Hosting.WarmUp;
using MnistService.Inference;
using MnistService.Model.Native;
using MnistService.ModelRegistry;
using MnistService.Predict;
using MnistService.Security;
using MnistService.Startup;
using MnistService.Storage;
using MnistService.Submissions;
using MnistService.TrainingJobs;

if (KeysCommand.Is(args)) return KeysCommand.Run(args);
if (DigitScoreCommand.Is(args)) return DigitScoreCommand.Run(args, Console.Out, Console.Error);
if (SchemaCommand.Is(args)) return SchemaCommand.Run(args);

TorchRuntime.PrepareProcess(); // before this program starts a thread: threads of native code may read the environment variables that this call sets
var start = new StartupTimings();
start.End("runtime");
ImageWarmUpTask.Begin();
try
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddInfrastructure(start);
    builder.Services.AddServiceDatabase();
    builder.Services.AddInference();
    builder.Services.AddModels();
    builder.Services.AddStorage();
    builder.Services.AddPredict();
    builder.Services.AddSubmissions();
    builder.Services.AddDatasets();
    builder.Services.AddTraining();
    builder.Services.AddDownloads();

    var app = builder.Build();
    start.End("services");
    app.UseRequestPipeline();
    app.MapPredict();
    app.MapSubmissions();
    app.MapTraining();
    app.MapDatasets();
    app.MapModels();
    app.UseBuiltPipeline();
    start.End("routes");

    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is not HostAbortedException) // tools that only build the host, such as EF Core, throw HostAbortedException
{
    ImageWarmUpTask.End();
    return StartupErrors.Report(e);
}
