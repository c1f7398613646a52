namespace MnistService.Model.Weights;

/// <summary>Element types that a state dict of ours can hold, by safetensors' names.</summary>
public enum StateType
{
    /// <summary>32-bit floating point.</summary>
    F32,

    /// <summary>64-bit integer.</summary>
    I64,
}
