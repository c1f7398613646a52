using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace MnistService.OpenApi;

/// <summary>Sets the order and descriptions of the tags, which group the operations in Swagger UI: prediction first, operations last.</summary>
internal sealed class ApiTagFilter : IDocumentFilter
{
    public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context) => swaggerDoc.Tags = new HashSet<OpenApiTag>
    {
        new() { Name = "Predict", Description = "Classify images of handwritten digits" },
        new() { Name = "Submissions", Description = "Create Kaggle submissions from CSV files" },
        new() { Name = "Train", Description = "Train new models while the current model serves" },
        new() { Name = "Datasets", Description = "Training data: MNIST and uploaded data sets" },
        new() { Name = "Models", Description = "Inspect, compare, download, import, promote and delete models" },
        new() { Name = "Operations", Description = "Health and version; metrics for Prometheus are at /metrics" },
    };
}
