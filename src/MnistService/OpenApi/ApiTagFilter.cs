using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.OpenApi;

/// <summary>Order of the operation groups in Swagger UI: prediction first, operations last.</summary>
internal sealed class ApiTagFilter : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
    {
        new() { Name = "Predict", Description = "A picture in, a digit out" },
        new() { Name = "Submissions", Description = "Kaggle's CSV in, its submission out" },
        new() { Name = "Train", Description = "The next model, while this one serves" },
        new() { Name = "Datasets", Description = "What it is trained on: MNIST, or pictures of your own" },
        new() { Name = "Models", Description = "What was trained, and what serves" },
        new() { Name = "Operations", Description = "Health and version; metrics for Prometheus are at /metrics" },
    };
}
