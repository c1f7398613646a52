using MnistService.Drawings;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// The service as a process of its own that is sent bad input. Whatever it was, afterwards the next good request is answered, memory has not grown
/// beyond a bound, not even for a moment, and the log holds no error.
/// </summary>
public class AttackedService : IAsyncLifetime
{
    /// <summary>Room for what the collector has not collected yet; far below what a bomb would take.</summary>
    internal const long Slack = 64 << 20;

    private const int GoodDigit = 5, WarmUps = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-attacked-").FullName;
    private readonly (string Name, string Value)[] _settings;
    private ServiceProcess _process = null!;

    public AttackedService() : this([]) { }

    /// <param name="settings">As the environment says them.</param>
    protected AttackedService(params (string Name, string Value)[] settings) => _settings = settings;

    /// <summary>Read as <see cref="GoodDigit"/>.</summary>
    internal static byte[] GoodPicture { get; } = new Scene("plain", 120, 120, 90, 9).Draw(GoodDigit, new Random(1));

    internal HttpClient Client { get; private set; } = null!;

    internal Uri Address => Client.BaseAddress!;

    internal string Output => _process.Output;

    /// <summary>Holds its data.</summary>
    internal string Folder => _folder;

    public async ValueTask InitializeAsync()
    {
        _process = new ServiceProcess(_folder, _settings);
        Client = await _process.ListeningAsync();
        Client.Timeout = TimeSpan.FromMinutes(2);
        for (var i = 0; i < WarmUps; i++) await PredictAsync();
    }

    /// <summary>Sends what <paramref name="attack"/> sends, and sees that the service is as well afterwards as it was before.</summary>
    /// <param name="attack">Sends, and checks the answer.</param>
    /// <param name="most">Bytes that the service may take for it, at the highest.</param>
    internal async Task SurvivesAsync(Func<HttpClient, Task> attack, long most = Slack)
    {
        var before = _process.ForgetHighest();
        await attack(Client);
        await PredictAsync();
        var grown = _process.Memory.Highest - before;
        Assert.True(grown < most, $"Memory grew by {grown >> 20} MB.");
        Assert.DoesNotContain(" ERR] ", Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" FTL] ", Output, StringComparison.Ordinal);
    }

    /// <summary>The next good request.</summary>
    internal async Task PredictAsync()
    {
        using var answer = await Client.PostAsync("/predict", TestHttp.Body(GoodPicture), TestHttp.Cancellation);
        Assert.Equal(GoodDigit, (int)(await answer.JsonAsync())["digit"]!);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client?.Dispose();
        _process?.Dispose();
        await Task.Run(() => Directory.Delete(_folder, recursive: true));
    }
}
