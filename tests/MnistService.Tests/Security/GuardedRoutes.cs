namespace MnistService.Tests.Security;

/// <summary>All routes that need a scope. <see cref="AccessTests"/> checks that the list is complete.</summary>
public static class GuardedRoutes
{
    /// <summary>One row per route: HTTP method, route pattern, required scope.</summary>
    public static TheoryData<string, string, string> All => new()
    {
        { "POST", "/predict", "predict" },
        { "POST", "/read", "predict" },
        { "POST", "/submissions", "predict" },
        { "GET", "/submissions", "predict" },
        { "GET", "/submissions/running/{upload}", "predict" },
        { "GET", "/submissions/{id}", "predict" },
        { "GET", "/submissions/{id}/submission.csv", "predict" },
        { "GET", "/submissions/{id}/least-confident", "predict" },
        { "DELETE", "/submissions/{id}", "predict" },
        { "GET", "/models", "predict" },
        { "GET", "/models/current", "predict" },
        { "GET", "/models/compare", "predict" },
        { "GET", "/models/{id}", "predict" },
        { "GET", "/models/{id}/evaluation", "predict" },
        { "GET", "/datasets/mnist/test-images", "predict" },
        { "GET", "/models/{id}/weights.safetensors", "predict" },
        { "GET", "/models/{id}/weights.pth", "predict" },
        { "GET", "/models/{id}/model.onnx", "predict" },
        { "POST", "/train", "train" },
        { "GET", "/train", "train" },
        { "GET", "/train/recipe", "train" },
        { "GET", "/train/{id}", "train" },
        { "GET", "/train/{id}/events", "train" },
        { "POST", "/train/{id}/cancel", "train" },
        { "POST", "/train/{id}/resume", "train" },
        { "POST", "/datasets/{id}/teach", "train" },
        { "PATCH", "/train/{id}", "train" },
        { "DELETE", "/train/{id}", "train" },
        { "POST", "/datasets", "train" },
        { "GET", "/datasets", "train" },
        { "GET", "/datasets/{id}", "train" },
        { "GET", "/datasets/{id}/images", "train" },
        { "GET", "/datasets/{id}/suspicious", "train" },
        { "PATCH", "/datasets/{id}", "train" },
        { "DELETE", "/datasets/{id}", "train" },
        { "POST", "/models", "admin" },
        { "POST", "/models/{id}/promote", "admin" },
        { "POST", "/models/{id}/activate", "admin" },
        { "PATCH", "/models/{id}", "admin" },
        { "DELETE", "/models/{id}", "admin" },
    };
}
