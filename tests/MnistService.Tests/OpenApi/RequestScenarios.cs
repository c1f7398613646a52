using System.Net;
using System.Net.Http.Json;
using System.Text;
using MnistService.Tests.Datasets;
using MnistService.Tests.Security;
using MnistService.Tests.Submissions;

namespace MnistService.Tests.OpenApi;

/// <summary>Errors of requests of all kinds, of access control, and of uploaded CSV files.</summary>
internal static class RequestScenarios
{
    private const string Unknown = "mnist_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly string Row = string.Join(',', Enumerable.Repeat(0, 784));

    /// <summary>A valid file of one row for <c>/submissions</c>.</summary>
    internal static readonly byte[] Csv = Encoding.ASCII.GetBytes($"{KaggleFiles.Pixels}\n{Row}\n");

    internal static readonly Dictionary<string, Scenario> All = new()
    {
        ["RequestProblems.NotFound"] = s => s.Plain.GetAsync("/nowhere"),
        ["RequestProblems.MethodNotAllowed"] = s => s.Plain.DeleteAsync("/version"),
        ["RequestProblems.Timeout"] = s => s.Impatient.SendAsync("POST /predict HTTP/1.1\r\nContent-Length: 1000\r\n\r\n1"),
        ["RequestProblems.BodyTooLarge"] = s => s.Plain.PostAsync("/train", new StringContent(new string(' ', 100_000), null, "application/json")),
        ["RequestProblems.HeadersTooLarge"] = s => s.Plain.SendAsync($"POST /predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\nA: {new string('a', 40_000)}\r\n\r\n"),
        ["RequestProblems.Internal"] = DamagedRowAsync,
        ["RequestProblems.OtherHost"] = s => s.Plain.Client.SendAsync("GET", "/models", null, ("Host", "rebound.example.com")),
        ["RequestProblems.OtherOrigin"] = s => s.Plain.Client.SendAsync("POST", "/predict", null, ("Origin", "https://example.com")),
        ["RequestProblems.Invalid"] = s => s.Plain.GetAsync("/submissions?page=x"),
        ["RequestProblems.HasBody"] = s => s.Plain.SendAsync("GET /train/none/events HTTP/1.1\r\nContent-Length: 10\r\n\r\n"),
        ["RequestProblems.LengthAmbiguous"] = s => s.Plain.SendAsync("POST /predict HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        ["RequestProblems.NewNameInvalid"] = s => s.Plain.Client.PatchAsJsonAsync("/train/none", new { name = new string('x', 101) }, TestHttp.Cancellation),
        ["RequestProblems.JsonInvalid"] = s => s.Plain.PostAsync("/train", new StringContent("""{"epoch": 1}""", null, "application/json")),
        ["RequestProblems.ContentTypeNotSupported"] = s => s.Plain.PostAsync("/train", new StringContent("{}", null, "text/plain")),
        ["RequestProblems.CharsetNotSupported"] = s => s.Plain.PostAsync("/train", "{}"u8.ToArray(), "application/json; charset=utf-7"),
        ["RequestProblems.EncodingNotSupported"] = s => s.Plain.PostAsync("/predict", Encoded("br", [1])),
        ["RequestProblems.QueryValueUnknown"] = s => s.Plain.PostAsync("/predict?invert=maybe"),
        ["RequestProblems.PageOutOfRange"] = s => s.Plain.GetAsync("/submissions?page=0"),

        ["SecurityProblems.KeyAmbiguous"] = s => s.Keyed.Client.SendAsync("GET", "/models", s.Keyed.Predict, ("Authorization", $"Bearer {s.Keyed.Predict}")),
        ["SecurityProblems.KeyMissing"] = s => s.Keyed.Client.SendAsync("GET", "/models"),
        ["SecurityProblems.KeyUnknown"] = s => s.Keyed.Client.SendAsync("GET", "/models", Unknown),
        ["SecurityProblems.ScopeMissing"] = s => s.Keyed.Client.SendAsync("DELETE", "/models/none", s.Keyed.Predict),
        ["SecurityProblems.NoKeys"] = _ => SecuredAsync("/models", from: IPAddress.Parse("192.0.2.7")),
        ["SecurityProblems.NoScope"] = _ => SecuredAsync(SecuredHost.Undeclared, hasKey: true),
        ["SecurityProblems.RateOfAddress"] = _ => FloodAsync("RequestsPerSecond:PerAddress", hasKey: false),
        ["SecurityProblems.RateOfKey"] = _ => FloodAsync("RequestsPerSecond:PerKey", hasKey: true),
        ["SecurityProblems.RateOfFailures"] = _ => FloodAsync("FailuresPerSecond", hasKey: true, sent: Unknown),

        ["UploadProblems.Unreadable"] = s => s.Plain.PostAsync("/submissions", TestHttp.Gzip(Csv)[..^4]),
        ["UploadProblems.FormInvalid"] = s => s.Plain.PostAsync("/predict", [1], "multipart/form-data"),
        ["UploadProblems.FormWithoutFile"] = s => s.Plain.PostAsync("/submissions", new MultipartFormDataContent { { new StringContent("x"), "text" } }),
        ["UploadProblems.TooSlow"] = TooSlowAsync,
        ["UploadProblems.EncodingMismatch"] = s => s.Plain.PostAsync("/submissions", Encoded("gzip", Csv)),
        ["UploadProblems.NameInvalid"] = s => s.Plain.PostAsync($"/submissions?name={new string('x', 101)}", Csv),

        ["CsvProblems.Empty"] = Submit(""),
        ["CsvProblems.TooManyRows"] = Submit($"{KaggleFiles.Pixels}\n{Row}\n{Row}\n{Row}\n"),
        ["CsvProblems.LineTooLong"] = Submit($"{KaggleFiles.Pixels}\n{new string('0', 70_000)}\n"),
        ["CsvProblems.Encoding"] = s => s.Plain.PostAsync("/submissions", Encoding.Unicode.GetBytes(KaggleFiles.Pixels)),
        ["CsvProblems.BadHeader"] = Submit($"{KaggleFiles.Pixels.Replace(",pixel5,", ",", StringComparison.Ordinal)}\n{Row}\n"),
        ["CsvProblems.BadValue"] = Submit($"{KaggleFiles.Pixels}\nx{Row[1..]}\n"),
        ["CsvProblems.WrongCellCount"] = Submit($"{KaggleFiles.Pixels}\n{Row[2..]}\n"),
        ["CsvProblems.BlankLine"] = Submit($"{KaggleFiles.Pixels}\n\n{Row}\n"),
        ["CsvProblems.Separator"] = Submit($"{KaggleFiles.Pixels}\n{Row}\n".Replace(',', ';')),
        ["CsvProblems.NoRows"] = Submit($"{KaggleFiles.Pixels}\n"),
    };

    private static Scenario Submit(string csv) => s => s.Plain.PostAsync("/submissions", Encoding.ASCII.GetBytes(csv));

    private static ByteArrayContent Encoded(string encoding, byte[] bytes)
    {
        var body = TestHttp.Body(bytes);
        body.Headers.ContentEncoding.Add(encoding);
        return body;
    }

    /// <summary>Damages the database row of a submission, which the service does not expect.</summary>
    private static async Task<HttpResponseMessage> DamagedRowAsync(ProblemServices services)
    {
        var service = services.Plain;
        using var created = await service.PostAsync("/submissions", Csv);
        var path = created.Headers.Location!.OriginalString;
        await service.DamageSummaryAsync(path[(path.LastIndexOf('/') + 1)..]);
        var response = await service.GetAsync(path);
        (await service.DeleteAsync(path)).EnsureSuccessStatusCode();
        return response;
    }

    private static async Task<HttpResponseMessage> TooSlowAsync(ProblemServices services)
    {
        using var client = await services.Impatient.ConnectAsync();
        await client.SendAsync("POST /datasets HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        var csv = DatasetFiles.Csv();
        var half = csv.Chunk(csv.Length / 2 + 1);
        await client.SendChunksAsync(half.Take(1));
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestHttp.Cancellation);
        await client.SendChunksAsync(half.Skip(1));
        return await ProblemServices.Service.ReadAsync(client, HttpMethod.Post, "/datasets");
    }

    private static async Task<HttpResponseMessage> SecuredAsync(string path, bool hasKey = false, IPAddress? from = null)
    {
        await using var host = new SecuredHost(from);
        var key = hasKey ? Keys.Add(host.Folder, "kiosk", "admin") : null;
        using var client = await host.StartAsync();
        return await client.SendAsync("GET", path, key);
    }

    /// <summary>Sends requests until one exceeds a limit of one request per second.</summary>
    private static async Task<HttpResponseMessage> FloodAsync(string setting, bool hasKey, string? sent = null)
    {
        await using var host = new SecuredHost(null, ($"MnistService:Security:{setting}", "1"));
        if (hasKey) sent ??= Keys.Add(host.Folder, "kiosk", "predict");
        if (sent == Unknown) Keys.Add(host.Folder, "kiosk", "predict");
        using var client = await host.StartAsync();
        HttpResponseMessage? response = null;
        for (var i = 0; i < 500 && response?.StatusCode != HttpStatusCode.TooManyRequests; i++)
        {
            response?.Dispose();
            response = await client.SendAsync("GET", "/models", sent);
        }
        return response!;
    }
}
