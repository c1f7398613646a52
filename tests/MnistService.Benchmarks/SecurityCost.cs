using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MnistService.Benchmarks.Load;
using MnistService.Security;
using MnistService.Startup;

namespace MnistService.Benchmarks;

/// <summary>
/// Cost of the security middleware per request in processor time and allocated bytes, in process and on one thread: without API keys, and with a valid key. The
/// endpoint only resolves a service, and each request has its own service scope. The cases alternate within each round.
/// </summary>
internal sealed class SecurityCost : IAsyncDisposable
{
    private const int Rounds = 15, WarmUps = 5, Requests = 20_000, Keys = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mnist-security-");
    private readonly List<WebApplication> _applications = [];
    private readonly string _key;

    private SecurityCost()
    {
        using var output = new StringWriter();
        for (var i = 0; i < Keys; i++) _ = new KeysCommand(Path.Combine(_folder.FullName, "keys.json"), output, TextWriter.Null).Execute(["add", $"key-{i}", "predict"]);
        _key = output.ToString().Trim().Split('\n')[^1];
    }

    /// <summary>Runs the measurement, writes the Markdown result to <c>results/</c> and prints it.</summary>
    /// <returns>Exit code 0.</returns>
    internal static async Task<int> RunAsync()
    {
        await using var cost = new SecurityCost();
        var page = new ResultPage("security", Machine.Look(), isKept: true);
        page.Begin("The security middleware", "security");
        page.Line($"{Rounds} rounds of {Requests:N0} requests per case, in each all cases in turn; median (lowest–highest). {Keys} keys of one scope.\n");
        string[] names = ["no security middleware", "without keys", "with a valid key"];
        Func<(double, double)>[] cases = [await cost.PrepareAsync(isSecured: false, "none"), await cost.PrepareAsync(isSecured: true, "none"), await cost.PrepareAsync(isSecured: true, ".")];
        var found = new List<(double Time, double Bytes)[]>();
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var measured = Array.ConvertAll(cases, measure => measure());
            if (round >= 0) found.Add(measured);
        }
        page.Line($"| case | processor time, µs | more, µs | ratio | bytes | more bytes |\n|---|---:|---:|---:|---:|---:|");
        for (var i = 0; i < names.Length; i++)
        {
            Spread Over(Func<(double Time, double Bytes)[], double> value) => Spread.Of(found.Select(value));
            var (index, bytes) = (i, Over(of => of[i].Bytes).Median);
            page.Line($"| {names[i]} | {Over(of => of[index].Time).Text("F2")} | {Over(of => of[index].Time - of[0].Time).Text("F2")} | {Over(of => of[index].Time / of[0].Time).Text("F2")} | {bytes:N0} | {bytes - Over(of => of[0].Bytes).Median:N0} |");
        }
        await page.SaveAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var application in _applications) await application.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <param name="folder">Folder of the key file, relative to the temporary one.</param>
    /// <returns>Measures one round: microseconds of processor time and allocated bytes per request.</returns>
    private async Task<Func<(double Time, double Bytes)>> PrepareAsync(bool isSecured, string folder)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<DataOptions>(data => data.Directory = Path.Combine(_folder.FullName, folder));
        builder.Services.AddSecurity();
        var app = builder.Build();
        _applications.Add(app);
        app.MapGet("/predict", () => "digit").RequireScope(Scope.Predict);
        if (isSecured) app.UseSecurity();
        app.Run(http =>
        {
            _ = http.RequestServices.GetRequiredService<RequestLimits>();
            return Task.CompletedTask;
        });
        await app.Services.GetRequiredService<ApiKeyStore>().StartAsync(CancellationToken.None);
        var endpoint = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Single();
        var pipeline = ((IApplicationBuilder)app).Build();
        return () =>
        {
            var (bytes, started) = (GC.GetAllocatedBytesForCurrentThread(), Environment.CpuUsage.TotalTime);
            for (var i = 0; i < Requests; i++) Send(app.Services, endpoint, pipeline);
            return ((Environment.CpuUsage.TotalTime - started).TotalMicroseconds / Requests, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)Requests);
        };
    }

    private void Send(IServiceProvider services, Endpoint endpoint, RequestDelegate pipeline)
    {
        using var scope = services.CreateScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Request.Method = HttpMethods.Get;
        http.Request.Headers.Host = "127.0.0.1:8080";
        http.Request.Headers["X-API-Key"] = _key;
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.SetEndpoint(endpoint);
        if (!pipeline(http).IsCompletedSuccessfully || http.Response.StatusCode != StatusCodes.Status200OK) throw new InvalidOperationException($"The request was answered {http.Response.StatusCode}.");
    }
}
