using Microsoft.Extensions.Options;

namespace MnistService.Storage;

/// <summary>Validates the quotas at startup. Each message names the setting, its value and the expected range.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var errors = new List<string>();
        CheckLimits(nameof(options.Submissions), options.Submissions);
        CheckLimits(nameof(options.Datasets), options.Datasets);
        CheckLimits(nameof(options.Checkpoints), options.Checkpoints);
        CheckLimits(nameof(options.Models), options.Models);
        Check("Checkpoints:MaxAge", options.Checkpoints.MaxAge,
            options.Checkpoints.MaxAge > TimeSpan.Zero && options.Checkpoints.MaxAge <= Longest, "more than 00:00:00, at most 3650.00:00:00");
        Check(nameof(options.SweepInterval), options.SweepInterval,
            options.SweepInterval >= TimeSpan.FromSeconds(1) && options.SweepInterval <= TimeSpan.FromDays(1), "00:00:01 to 1.00:00:00");
        Check(nameof(options.OrphanAge), options.OrphanAge, options.OrphanAge >= TimeSpan.Zero && options.OrphanAge <= Longest, "00:00:00 to 3650.00:00:00");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void CheckLimits(string store, StorageLimits limits)
        {
            Check($"{store}:MaxCount", limits.MaxCount, limits.MaxCount >= 1, "at least 1");
            Check($"{store}:MaxBytes", limits.MaxBytes, limits.MaxBytes >= 1, "at least 1");
            Check($"{store}:WhenFull", limits.WhenFull, Enum.IsDefined(limits.WhenFull), $"{StorageFullPolicy.Refuse} or {StorageFullPolicy.DeleteOldest}");
        }

        void Check(string setting, object found, bool good, string expected)
        {
            if (!good) errors.Add($"{StorageOptions.Section}:{setting} is '{found}'; expected {expected}.");
        }
    }
}
