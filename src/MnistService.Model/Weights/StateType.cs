namespace MnistService.Model.Weights;

/// <summary>Element types that a <see cref="StateDict"/> supports, named as in safetensors.</summary>
public enum StateType
{
    /// <summary>32-bit floating point.</summary>
    F32,

    /// <summary>64-bit integer.</summary>
    I64,
}
