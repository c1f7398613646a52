using System.Globalization;
using System.Text;
using Microsoft.OpenApi;
using MnistService.Http;
using Swashbuckle.AspNetCore.Swagger;

namespace MnistService.OpenApi;

/// <summary>
/// Registers and serves the OpenAPI document at <c>/swagger/v1/swagger.json</c> and Swagger UI at <c>/swagger</c>. Swagger UI loads no files from other
/// hosts.
/// </summary>
internal static class OpenApiServiceCollectionExtensions
{
    private const string DocumentPath = "/swagger/v1/swagger.json", DocumentName = "v1";

    /// <summary>
    /// Number of bytes that are written at once. Kestrel copies each write, so a write of the whole document (500 kB) would hold that much memory per client
    /// that does not read it.
    /// </summary>
    private const int Part = 16 << 10;

    private static readonly string Description =
        "Recognizes handwritten digits. POST an image of a digit to `/predict`, an image of several digits to `/read`, or a Kaggle Digit Recognizer CSV to `/submissions`. Train a new model with `/train`. " +
        "Errors are problem details (RFC 9457) with a stable `code` and a `detail` that contains the invalid value, its location, and the expected values. " +
        "If the service has API keys, send one in the header `X-API-Key` or as `Authorization: Bearer`. Every route can also respond with these codes: " +
        string.Join(", ", RequestProblems.Everywhere.Select(type => $"`{type.Code}` ({type.Status})")) + ".";

    internal static void AddApiDocumentation(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc("v1", new OpenApiInfo { Title = "MnistService", Version = "v1", Description = Description });
            swagger.IncludeXmlComments(typeof(OpenApiServiceCollectionExtensions).Assembly);
            swagger.IncludeXmlComments(typeof(Model.Registry.ModelCard).Assembly);
            swagger.OperationFilter<ApiExampleFilter>();
            swagger.DocumentFilter<ApiTagFilter>();
            swagger.SupportNonNullableReferenceTypes();
        });
    }

    /// <param name="app">The application.</param>
    /// <param name="tryBegin">Called for each request. Returns null if the response may be sent; otherwise the response that rejects the request.</param>
    internal static void UseApiDocumentation(this WebApplication app, Func<HttpContext, IResult?> tryBegin) =>
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger =>
    {
        swagger.Use(next => http => tryBegin(http) is { } rejection ? rejection.ExecuteAsync(http) : next(http));
        var document = new Lazy<Task<byte[]>>(() => GenerateAsync(app.Services));
        swagger.Use(next => http => http.Request.Path == DocumentPath && HttpMethods.IsGet(http.Request.Method) ? WriteAsync(http, document.Value) : next(http));
        swagger.UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "MnistService";
            ui.SwaggerEndpoint(DocumentPath, "MnistService v1");
            ui.DisplayRequestDuration();
            ui.EnableTryItOutByDefault();
            ui.DefaultModelsExpandDepth(-1); // schemas are shown at their routes
        });
    });

    /// <summary>
    /// Generates the OpenAPI document as UTF-8 JSON, which takes 0.1 s of processor time and allocates megabytes. The caller caches the result, unlike
    /// Swashbuckle's own middleware, which generates the document for each request.
    /// </summary>
    private static async Task<byte[]> GenerateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        var document = await scope.ServiceProvider.GetRequiredService<IAsyncSwaggerProvider>().GetSwaggerAsync(DocumentName);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV3(new OpenApiJsonWriter(text));
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static async Task WriteAsync(HttpContext http, Task<byte[]> document)
    {
        var bytes = await document;
        http.Response.ContentType = "application/json;charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        for (var start = 0; start < bytes.Length; start += Part)
            await http.Response.Body.WriteAsync(bytes.AsMemory(start, Math.Min(Part, bytes.Length - start)), http.RequestAborted);
    }
}
