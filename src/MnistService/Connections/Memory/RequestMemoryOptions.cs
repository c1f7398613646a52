using Microsoft.Extensions.Options;
using MnistService.Startup;

namespace MnistService.Connections.Memory;

/// <summary>
/// The setting of the request memory budget. It is in the section <c>MnistService:Predict</c> because images were once the only large bodies.
/// </summary>
internal sealed class RequestMemoryOptions
{
    internal const string Section = "MnistService:Predict";

    /// <summary>
    /// Maximum bytes of all request bodies in memory at the same time; a body that does not fit is answered with 429. A quarter is reserved for bodies of up to
    /// 64 kB. 0 (default) means a fifth of the memory that is available to clients: at least 8 MB and at most 256 MB.
    /// </summary>
    [SettingRange(0, 1L << 40)]
    public long MaxBytesInFlight { get; init; }
}

[OptionsValidator]
internal sealed partial class RequestMemoryOptionsValidator : IValidateOptions<RequestMemoryOptions>;
