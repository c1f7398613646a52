using System.Text.Json.Serialization;

namespace MnistService.TrainingJobs;

/// <summary>Bounds of the random distortions; what is left out keeps the recipe's value.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record AugmentationRequest
{
    /// <summary>Degrees, 0–45.</summary>
    public double? Rotation { get; init; }

    /// <summary>Fraction of the size, 0–0.5.</summary>
    public double? Zoom { get; init; }

    /// <summary>Fraction of width and height, 0–0.5.</summary>
    public double? Shift { get; init; }

    /// <summary>Slant, 0–0.5.</summary>
    public double? Shear { get; init; }

    /// <summary>Elastic distortion in pixels, 0–3.</summary>
    public double? Elastic { get; init; }

    /// <summary>Fraction of the steps after which the pictures come as they are, 0–1; default 0.9.</summary>
    public double? Until { get; init; }
}
