using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Connections.Memory;

/// <summary>Setting of the request memory budget. It is under <c>MnistService:Predict</c> because images were once the only large bodies.</summary>
internal sealed class RequestMemoryOptions
{
    internal const string Section = "MnistService:Predict";

    /// <summary>
    /// Maximum bytes of all request bodies in memory at the same time; a body that does not fit is answered with 429. A quarter is reserved for bodies of up to
    /// 64 kB. Default 0: 256 MB, or a fifth of the memory that clients can fill.
    /// </summary>
    [SettingRange(0, 1L << 40)]
    public long MaxBytesInFlight { get; init; }
}

[OptionsValidator]
internal sealed partial class RequestMemoryOptionsValidator : IValidateOptions<RequestMemoryOptions>;
