using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using MnistService.TestSupport;

namespace MnistService.Tests;

/// <summary>
/// The real application on real Kestrel with a free port. Its files are in a temporary folder that is deleted on disposal. Serves the repository's models
/// unless a setting names another folder.
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
            ["MnistService:Training:YieldToServing"] = "false", // other tests run in parallel and would leave almost no processor time to a yielding job
            ["MnistService:Inference:Deadline"] = "00:00:30", // several services train and serve at once, so an image may wait longer than the default of 2 s
            ["MnistService:Models:Directory"] = Path.Combine(MnistLocation.Root, "models"),
        };
        foreach (var (name, value) in settings) _settings[name] = value;
        UseKestrel();
    }

    /// <summary>Path of the temporary folder with this application's data.</summary>
    internal string Folder { get; }

    /// <summary>Creates an application with a copy of the repository's models, for tests that change them.</summary>
    internal static ServiceApplication WithModelsOfItsOwn(params (string Name, string Value)[] settings)
    {
        var application = new ServiceApplication(settings);
        var models = Path.Combine(application.Folder, "models");
        ServiceFolder.CopyModels(models);
        application._settings["MnistService:Models:Directory"] = models;
        return application;
    }

    /// <summary>Links MNIST into the data folder; skips the test if MNIST is not available.</summary>
    internal ServiceApplication WithMnist()
    {
        ServiceFolder.LinkMnist(Path.Combine(Folder, "data"));
        return this;
    }

    /// <summary>Starts the application, and creates a client with a timeout of 5 minutes.</summary>
    internal HttpClient Start()
    {
        StartServer();
        var client = CreateClient();
        client.Timeout = TimeSpan.FromMinutes(5);
        return client;
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        // Sets the address as an operator does. UseKestrel(0) sets it concurrently with the start, which may be too late on a busy machine.
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
