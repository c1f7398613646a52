using Microsoft.OpenApi;
using MnistService.Security;

namespace MnistService.Hosting;

/// <summary>The OpenAPI document at <c>/swagger/v1/swagger.json</c> and Swagger UI at <c>/swagger</c>; nothing comes from elsewhere.</summary>
internal static class ApiDocumentationFeature
{
    private const string Description =
        "Reads handwritten digits. POST a picture to `/predict`, a Kaggle Digit Recognizer CSV to `/submissions`, and train the next network with `/train`. " +
        "Errors are problem details (RFC 9457) with a stable `code` and a `detail` that says which value, where, and what was expected. " +
        "Where the service has keys, send one in the header `X-API-Key` or as `Authorization: Bearer`.";

    internal static void AddApiDocumentation(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(swagger =>
        {
            swagger.SwaggerDoc("v1", new OpenApiInfo { Title = "MnistService", Version = "v1", Description = Description });
            swagger.IncludeXmlComments(typeof(ApiDocumentationFeature).Assembly);
            swagger.IncludeXmlComments(typeof(Model.Storage.ModelCard).Assembly);
            swagger.OperationFilter<ApiExampleFilter>();
            swagger.DocumentFilter<ApiTagFilter>();
            KeyRequirementFilter.AddTo(swagger);
            swagger.SupportNonNullableReferenceTypes();
        });
    }

    internal static void UseApiDocumentation(this WebApplication app) => app.UseWhen(http => http.Request.Path.StartsWithSegments("/swagger"), swagger =>
    {
        swagger.UseSwagger();
        swagger.UseSwaggerUI(ui =>
        {
            ui.DocumentTitle = "MnistService";
            ui.SwaggerEndpoint("/swagger/v1/swagger.json", "MnistService v1");
            ui.DisplayRequestDuration();
            ui.EnableTryItOutByDefault();
            ui.DefaultModelsExpandDepth(-1); // the schemas stand with their routes
        });
    });
}
