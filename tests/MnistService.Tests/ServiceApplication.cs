using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using MnistService.TestSupport;

namespace MnistService.Tests;

/// <summary>
/// The real application on real Kestrel, on a port of its own, with real files in a folder of its own, which goes when it does.
/// Serves the repository's models unless told otherwise.
/// </summary>
public sealed class ServiceApplication : WebApplicationFactory<Program>
{
    private readonly Dictionary<string, string> _settings;

    public ServiceApplication() : this([]) { }

    internal ServiceApplication(params (string Name, string Value)[] settings)
    {
        Folder = Directory.CreateTempSubdirectory("mnist-service-").FullName;
        _settings = new()
        {
            ["MnistService:Data:Directory"] = Path.Combine(Folder, "data"),
            ["MnistService:Data:Download"] = "false",
            ["MnistService:Training:YieldToServing"] = "false", // other tests run beside this one, and would leave it next to nothing
            ["MnistService:Models:Directory"] = Path.Combine(MnistLocation.Root, "models"),
        };
        foreach (var (name, value) in settings) _settings[name] = value;
        UseKestrel();
    }

    /// <summary>A temporary folder for this application's data.</summary>
    internal string Folder { get; }

    /// <summary>The repository's models in a folder of this application's own, for tests that add to them.</summary>
    internal static ServiceApplication WithModelsOfItsOwn(params (string Name, string Value)[] settings)
    {
        var application = new ServiceApplication(settings);
        var models = Path.Combine(application.Folder, "models");
        ServiceFolder.CopyModels(models);
        application._settings["MnistService:Models:Directory"] = models;
        return application;
    }

    /// <summary>Puts MNIST where a training job looks for it; skips the test where there is none.</summary>
    internal ServiceApplication WithMnist()
    {
        ServiceFolder.LinkMnist(Path.Combine(Folder, "data"));
        return this;
    }

    /// <summary>A client of the started application.</summary>
    internal HttpClient Start()
    {
        StartServer();
        var client = CreateClient();
        client.Timeout = TimeSpan.FromMinutes(2);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // As an operator says it: UseKestrel(0) changes the address behind the start's back, which on a busy machine is over by then.
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        foreach (var (name, value) in _settings) builder.UseSetting(name, value);
        builder.UseSetting("Serilog:MinimumLevel:Default", "Warning");
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
