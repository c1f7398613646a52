using MnistService.Model.Weights;
using MnistService.Tests.ModelRegistry;

namespace MnistService.Tests.OpenApi;

/// <summary>Errors of <c>/models</c>, except those of a busy service.</summary>
internal static class ModelScenarios
{
    internal static readonly Dictionary<string, Scenario> All = new()
    {
        ["ModelProblems.NotFound"] = s => s.Plain.GetAsync("/models/none"),
        ["ModelProblems.NoneServed"] = s => s.WithoutModel.GetAsync("/models/current"),
        ["ModelProblems.NotMeasured"] = s => s.Plain.GetAsync($"/models/{Unmeasured(s.Plain)}/evaluation"),
        ["ModelProblems.NotComparable"] = s => s.Plain.GetAsync($"/models/compare?a={Unmeasured(s.Plain)}&b={s.Plain.CopyModel("mlp")}"),
        ["ModelProblems.Shipped"] = ShippedAsync,
        ["ModelProblems.Served"] = async s => await s.Plain.DeleteAsync($"/models/{await CurrentAsync(s.Plain)}"),
        ["ModelProblems.Worse"] = s => s.Plain.PostAsync($"/models/{s.Plain.CopyModel("mlp")}/promote"),
        ["ModelProblems.TooLarge"] = StoreScenarios.Announce("/models"),
        ["ModelProblems.FileInvalid"] = s => s.Plain.PostAsync("/models", Safetensors.Write(Narrow())),
        ["ModelProblems.Inaccurate"] = s => s.WithMnist.PostAsync("/models", Safetensors.Write(Constant())),
        ["ModelProblems.Unusable"] = UnusableAsync,
        ["ModelProblems.Damaged"] = DamagedAsync,
        ["ModelProblems.CannotBeMeasured"] = s => s.Plain.PostAsync("/models", Safetensors.Write(ModelImportTests.Weights("mlp"))),
        ["ModelProblems.NotConverted"] = NotConvertedAsync,
        ["ModelProblems.PromotionNotStored"] = PromotionNotStoredAsync,
    };

    private static async Task<string> CurrentAsync(ProblemServices.Service service) => (string)(await service.Client.GetJsonAsync("/models/current"))["id"]!;

    private static string Unmeasured(ProblemServices.Service service)
    {
        var id = service.CopyModel("mlp");
        File.Delete(Path.Combine(service.Models, id, "evaluation.json"));
        return id;
    }

    /// <summary>The weights of an MLP whose hidden layer is half as wide as expected.</summary>
    private static StateDict Narrow() => new(ModelImportTests.Weights("mlp").Tensors.Select(tensor =>
        tensor.Name == "classify.0.weight" ? tensor with { Shape = [128, 784], Bytes = tensor.Bytes[..(128 * 784 * sizeof(float))] } : tensor));

    /// <summary>The weights of an MLP that predicts the same digit for each image.</summary>
    private static StateDict Constant()
    {
        var mlp = ModelImportTests.Weights("mlp");
        return ModelImportTests.With(mlp, "classify.3.weight", new float[mlp["classify.3.weight"].Floats.Length]);
    }

    private static async Task<HttpResponseMessage> ShippedAsync(ProblemServices services)
    {
        var service = services.Plain;
        var (shipped, other) = (await CurrentAsync(service), service.CopyModel("mlp"));
        (await service.PostAsync($"/models/{other}/promote?force=true")).EnsureSuccessStatusCode();
        var response = await service.DeleteAsync($"/models/{shipped}");
        (await service.PostAsync($"/models/{shipped}/promote?force=true")).EnsureSuccessStatusCode();
        return response;
    }

    private static async Task<HttpResponseMessage> UnusableAsync(ProblemServices services)
    {
        var id = services.Plain.CopyModel("mlp");
        await using (var weights = new FileStream(Path.Combine(services.Plain.Models, id, "weights.safetensors"), FileMode.Open))
        {
            weights.Position = weights.Length - 1;
            var last = weights.ReadByte();
            weights.Position--;
            weights.WriteByte((byte)(last ^ 1));
        }
        return await services.Plain.PostAsync($"/models/{id}/promote?force=true");
    }

    private static async Task<HttpResponseMessage> DamagedAsync(ProblemServices services)
    {
        var id = services.Plain.CopyModel("mlp");
        await File.WriteAllTextAsync(Path.Combine(services.Plain.Models, id, "card.json"), "{", TestHttp.Cancellation);
        return await services.Plain.GetAsync($"/models/{id}");
    }

    private static async Task<HttpResponseMessage> NotConvertedAsync(ProblemServices services)
    {
        services.Unwritable.ReplaceFolder("downloads");
        return await services.Unwritable.GetAsync($"/models/{await CurrentAsync(services.Unwritable)}/weights.pth");
    }

    /// <summary>A folder at the path of the file makes the write fail, even for root.</summary>
    private static async Task<HttpResponseMessage> PromotionNotStoredAsync(ProblemServices services)
    {
        Directory.CreateDirectory(Path.Combine(services.Unwritable.Models, "previous"));
        return await services.Unwritable.PostAsync($"/models/{services.Unwritable.CopyModel("mlp")}/promote?force=true");
    }
}
