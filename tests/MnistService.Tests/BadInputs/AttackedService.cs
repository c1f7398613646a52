using MnistService.Drawings;

namespace MnistService.Tests.BadInputs;

/// <summary>
/// Runs the service as a separate process that receives bad input. After each attack the next valid request succeeds, peak memory growth stays
/// below a limit, and the log contains no error.
/// </summary>
public class AttackedService : IAsyncLifetime
{
    /// <summary>Allowed memory growth in bytes. It covers garbage that is not yet collected and is far below the size of an unpacked bomb.</summary>
    internal const long Slack = 64 << 20;

    private const int GoodDigit = 5, WarmUps = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("mnist-attacked-").FullName;
    private readonly (string Name, string Value)[] _settings;
    private ServiceProcess _process = null!;

    public AttackedService() : this([]) { }

    /// <param name="settings">Environment variables of the service process.</param>
    protected AttackedService(params (string Name, string Value)[] settings) => _settings = settings;

    /// <summary>A valid image file that the model recognizes as <see cref="GoodDigit"/>.</summary>
    internal static byte[] GoodPicture { get; } = new Scene("plain", 120, 120, 90, 9).Draw(GoodDigit, new Random(1));

    internal HttpClient Client { get; private set; } = null!;

    internal Uri Address => Client.BaseAddress!;

    internal string Output => _process.Output;

    /// <summary>Number of threads of the service process.</summary>
    internal int Threads => _process.Threads.Count;

    /// <summary>Working folder of the service process. Its subfolder <c>data</c> is the data directory.</summary>
    internal string Folder => _folder;

    public async ValueTask InitializeAsync()
    {
        _process = new ServiceProcess(_folder, _settings);
        Client = await _process.ListeningAsync();
        Client.Timeout = TimeSpan.FromMinutes(2);
        for (var i = 0; i < WarmUps; i++) await PredictAsync();
    }

    /// <summary>Runs <paramref name="attack"/>, then asserts that the service still predicts, stayed within its memory limit and logged no error.</summary>
    /// <param name="attack">Sends the bad input and checks the response.</param>
    /// <param name="most">Maximum growth of resident memory during the attack, in bytes.</param>
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

    /// <summary>Sends a valid prediction request and asserts its result.</summary>
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
