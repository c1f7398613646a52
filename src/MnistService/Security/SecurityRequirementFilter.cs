using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.Security;

/// <summary>Adds the security requirement to each operation of the OpenAPI document that needs an API key.</summary>
internal sealed class SecurityRequirementFilter : IOperationFilter
{
    private const string Key = "Key", Bearer = "Bearer";

    /// <summary>Registers this filter, and adds the security schemes to the OpenAPI document. Swagger UI then shows the Authorize button.</summary>
    internal static void AddTo(SwaggerGenOptions swagger)
    {
        swagger.AddSecurityDefinition(Key, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = ApiKeyAuthenticationHandler.Header,
            Description = "An API key from the command `keys add`, in this header or as a bearer token. If the service has no keys, requests need none.",
        });
        swagger.AddSecurityDefinition(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An API key from the command `keys add`, as a bearer token.",
        });
        swagger.OperationFilter<SecurityRequirementFilter>();
    }

    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any()) return;
        operation.Security = [Requirement(Key), Requirement(Bearer)];

        OpenApiSecurityRequirement Requirement(string scheme) => new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] };
    }
}
