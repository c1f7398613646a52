using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>
/// Scalars for frequent libtorch calls, which live as long as the process. A temporary scalar, as in <c>tensor.div_(2)</c>, is a native object that the garbage
/// collector may free while libtorch still reads it; the result is an error or a wrong number. If the number varies, <c>using Scalar x = …;</c> keeps the
/// scalar alive until the call returns. Use this class only after libtorch was loaded.
/// </summary>
internal static class Constants
{
    internal static readonly Scalar One = 1;
}
