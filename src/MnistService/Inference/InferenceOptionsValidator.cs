using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MnistService.Inference;

/// <summary>Validates the settings at startup. Each invalid setting yields one error with its name, the value found and the values expected.</summary>
internal sealed partial class InferenceOptionsValidator : IValidateOptions<InferenceOptions>
{
    public ValidateOptionsResult Validate(string? name, InferenceOptions options)
    {
        var errors = new List<string>();
        Check(nameof(options.Device), options.Device, Device().IsMatch(options.Device ?? ""), "auto, cpu, cuda or cuda:N");
        Check(nameof(options.Engine), options.Engine, Enum.IsDefined(options.Engine), "auto or torch");
        Check(nameof(options.QueueCapacity), options.QueueCapacity, options.QueueCapacity is >= 1 and <= 1_000_000, "1 to 1000000 images");
        Check(nameof(options.BulkCapacity), options.BulkCapacity, options.BulkCapacity is >= InferenceQueue.BulkChunkSize and <= 1_000_000,
            $"{InferenceQueue.BulkChunkSize} to 1000000 images");
        Check(nameof(options.MaxBatchSize), options.MaxBatchSize, options.MaxBatchSize is >= 0 and <= 4096, "0 (chosen by device) to 4096 images");
        Check(nameof(options.MaxBatchDelay), options.MaxBatchDelay,
            options.MaxBatchDelay >= TimeSpan.Zero && options.MaxBatchDelay <= TimeSpan.FromSeconds(1), "00:00:00 to 00:00:01");
        Check(nameof(options.Workers), options.Workers, options.Workers is >= 0 and <= 256, "0 (chosen by device) to 256");
        Check(nameof(options.Deadline), options.Deadline,
            options.Deadline > TimeSpan.Zero && options.Deadline <= TimeSpan.FromHours(1), "more than 00:00:00, at most 01:00:00");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Check(string setting, object? found, bool good, string expected)
        {
            if (!good) errors.Add($"{InferenceOptions.Section}:{setting} is '{found}'; expected {expected}.");
        }
    }

    [GeneratedRegex(@"\A(auto|cpu|cuda(:[0-9]{1,2})?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Device();
}
