using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>
/// Numbers that libtorch is given again and again, kept alive for good. One that is made in passing, as in <c>tensor.div_(2)</c>, is a native
/// object that the garbage collector may free while libtorch still reads it: an error at best, another number at worst. Where a number
/// changes, <c>using Scalar x = …;</c> keeps it until the call is over. Touched first when libtorch is loaded.
/// </summary>
internal static class Constants
{
    internal static readonly Scalar One = 1;
}
