namespace MnistService.Tests.Security;

/// <summary>The application with one API key per scope. The limit on wrong keys is off, because tests send many.</summary>
public sealed class KeyedService : IDisposable
{
    public KeyedService()
    {
        Application = new ServiceApplication(("MnistService:Security:FailuresPerSecond", "0"));
        Predict = Keys.Add(Application.Folder, "kiosk", "predict");
        Train = Keys.Add(Application.Folder, "lab", "train");
        Admin = Keys.Add(Application.Folder, "operator", "admin");
        Client = Application.Start();
    }

    internal ServiceApplication Application { get; }

    internal HttpClient Client { get; }

    internal string Predict { get; }

    internal string Train { get; }

    internal string Admin { get; }

    public void Dispose()
    {
        Client.Dispose();
        Application.Dispose();
    }
}
