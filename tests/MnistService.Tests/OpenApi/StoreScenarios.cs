using System.Net;
using MnistService.Model.Datasets;
using MnistService.Tests.Datasets;

namespace MnistService.Tests.OpenApi;

/// <summary>Errors of submissions, data sets and their storage.</summary>
internal static class StoreScenarios
{
    private static readonly byte[] Png = DatasetFiles.Pictures[7].Png;

    internal static readonly Dictionary<string, Scenario> All = new()
    {
        ["StorageProblems.Full"] = FullAsync,
        ["SubmissionProblems.NotFound"] = s => s.Plain.GetAsync("/submissions/none"),
        ["SubmissionProblems.TooLarge"] = Announce("/submissions"),
        ["SubmissionProblems.StorageFailed"] = s => WithoutFolderAsync(s, "submissions", service => service.PostAsync("/submissions", RequestScenarios.Csv)),

        ["DatasetProblems.ZipUnreadable"] = s => s.Plain.Client.PostDatasetAsync(DatasetFiles.EncryptedZip([("7/a.png", Png)])),
        ["DatasetProblems.DataMissing"] = s => s.Plain.GetAsync("/datasets/mnist/test-images?at=1"),
        ["DatasetProblems.LabelOutOfRange"] = s => s.Plain.GetAsync("/datasets/strokes/images?label=10"),
        ["DatasetProblems.NotFound"] = s => s.Plain.GetAsync("/datasets/none"),
        ["DatasetProblems.DecodingTooLong"] = s => s.Impatient.Client.PostDatasetAsync(DatasetFiles.Zip(DatasetFiles.Entries())),
        ["DatasetProblems.BuiltIn"] = s => s.Plain.DeleteAsync("/datasets/mnist"),
        ["DatasetProblems.InUse"] = InUseAsync,
        ["DatasetProblems.IsReference"] = s => s.Impatient.DeleteAsync("/datasets/mnist"),
        ["DatasetProblems.TooLarge"] = Announce("/datasets"),
        ["DatasetProblems.TypeUnsupported"] = s => s.Plain.Client.PostDatasetAsync(Png),
        ["DatasetProblems.BadImage"] = Upload("7/a.png", ImageScenarios.Blank(100, 100)),
        ["DatasetProblems.TooSmall"] = s => s.Plain.Client.PostDatasetAsync(DatasetFiles.Zip([])),
        ["DatasetProblems.CsvUnlabeled"] = s => s.Plain.Client.PostDatasetAsync(RequestScenarios.Csv),
        ["DatasetProblems.ZipUnlabeled"] = Upload("a.png", Png),
        ["DatasetProblems.TestImageOutOfRange"] = s => s.WithMnist.GetAsync("/datasets/mnist/test-images?at=10000"),
        ["DatasetProblems.TestImagesInvalid"] = s => s.Plain.GetAsync("/datasets/mnist/test-images?at=x"),
        ["DatasetProblems.TooManyTestImages"] = s => s.Plain.GetAsync($"/datasets/mnist/test-images?at={string.Join(',', Enumerable.Repeat(1, 201))}"),
        ["DatasetProblems.DataDamaged"] = DataDamagedAsync,
        ["DatasetProblems.Damaged"] = DamagedAsync,
        ["DatasetProblems.StorageFailed"] = s => WithoutFolderAsync(s, "datasets", service => service.Client.PostDatasetAsync(DatasetFiles.Csv())),
    };

    /// <summary>A request that announces a body of 600 MB and does not send it.</summary>
    internal static Scenario Announce(string route) => s => s.Plain.SendAsync($"POST {route} HTTP/1.1\r\nContent-Length: 600000000\r\n\r\n");

    private static Scenario Upload(string entry, byte[] image) => s => s.Plain.Client.PostDatasetAsync(DatasetFiles.Zip([(entry, image)]));

    /// <summary>A second submission to a service that has space for one.</summary>
    private static async Task<HttpResponseMessage> FullAsync(ProblemServices services)
    {
        using var first = await services.Impatient.PostAsync("/submissions", RequestScenarios.Csv);
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        return await services.Impatient.PostAsync("/submissions", RequestScenarios.Csv);
    }

    private static async Task<HttpResponseMessage> WithoutFolderAsync(ProblemServices services, string folder, Func<ProblemServices.Service, Task<HttpResponseMessage>> send)
    {
        services.Unwritable.ReplaceFolder(folder);
        return await send(services.Unwritable);
    }

    private static async Task<HttpResponseMessage> InUseAsync(ProblemServices services)
    {
        var service = services.Plain;
        var id = await service.Client.AddDatasetAsync(DatasetFiles.Csv());
        File.Delete(Path.Combine(service.Data, "datasets", $"{id}.images"));
        var job = await service.JobAsync("interrupted", data: id);
        var response = await service.DeleteAsync($"/datasets/{id}");
        await service.SetStateAsync(job, "failed");
        return response;
    }

    private static async Task<HttpResponseMessage> DataDamagedAsync(ProblemServices services)
    {
        var folder = Directory.CreateDirectory(Path.Combine(services.Plain.Data, "mnist"));
        foreach (var file in MnistFiles.All) await File.WriteAllBytesAsync(Path.Combine(folder.FullName, file.Name), new byte[1000], TestHttp.Cancellation);
        var response = await services.Plain.GetAsync("/datasets/mnist/test-images?at=1");
        folder.Delete(recursive: true);
        return response;
    }

    /// <summary>A data set with suspicious labels, whose images are lost.</summary>
    private static async Task<HttpResponseMessage> DamagedAsync(ProblemServices services)
    {
        var id = await services.Plain.Client.AddDatasetAsync(DatasetFiles.Csv(DatasetFiles.Rows.Select((row, i) => i % 10 == 7 ? $"0{row[1..]}" : row)));
        File.Delete(Path.Combine(services.Plain.Data, "datasets", $"{id}.images"));
        return await services.Plain.GetAsync($"/datasets/{id}/suspicious");
    }
}
