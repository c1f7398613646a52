using System.Text.Json;
using System.Text.Json.Serialization;
using MnistService.Database;
using MnistService.Model.Registry;
using MnistService.Model.Training;
using MnistService.ModelRegistry;

namespace MnistService.TrainingJobs;

/// <summary>Converts a database row to the job that the API returns.</summary>
internal static class JobJson
{
    internal static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    internal static TrainingJob ToJob(TrainingJobRecord record) => new(
        record.Id,
        record.Name,
        Enum.Parse<JobState>(record.State, ignoreCase: true),
        record.CreatedAt,
        record.StartedAt,
        record.FinishedAt,
        Read<JobSettings>(record.SettingsJson)!,
        Read<TrainingProgress>(record.ProgressJson),
        Read<List<EpochResult>>(record.EpochsJson) ?? [],
        Read<ModelCard.Measurement>(record.TestJson),
        record.ModelId,
        Read<PromotionDecision>(record.PromotionJson),
        Read<JobError>(record.ErrorJson),
        Read<List<string>>(record.WarningsJson) ?? []);

    private static T? Read<T>(string? json) where T : class => json is null ? null : JsonSerializer.Deserialize<T>(json, Options);
}
