using System.Text.Json.Serialization;

namespace MnistService.TrainingJobs;

/// <summary>
/// Bounds of the random augmentation in generator mode. Each image draws its values uniformly between minus and plus the bound. An omitted field keeps its
/// recommended default.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed record AugmentationRequest
{
    /// <summary>Rotation in degrees, 0–45; default 15.</summary>
    public double? Rotation { get; init; }

    /// <summary>Zoom as a fraction of the image size, per axis, 0–0.5; default 0.15.</summary>
    public double? Zoom { get; init; }

    /// <summary>Shift as a fraction of the width and of the height, 0–0.5; default 0.06.</summary>
    public double? Shift { get; init; }

    /// <summary>Shear: horizontal shift per unit of height, 0–0.5; default 0.15.</summary>
    public double? Shear { get; init; }

    /// <summary>Elastic distortion: displacement in pixels, 0–3; default 1.</summary>
    public double? Elastic { get; init; }

    /// <summary>Fraction of the steps after which augmentation is switched off, 0–1; default 0.9.</summary>
    public double? Until { get; init; }
}
