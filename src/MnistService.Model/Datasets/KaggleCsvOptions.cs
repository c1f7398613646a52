namespace MnistService.Model.Datasets;

/// <summary>Limits of <see cref="KaggleCsvReader"/>.</summary>
public sealed record KaggleCsvOptions
{
    /// <summary>Maximum number of rows, without the header.</summary>
    public long MaxRows { get; init; } = 1_000_000;

    /// <summary>
    /// Maximum bytes per line. 785 quoted cells of three digits need 4,710 bytes; the rest allows for spaces. The limit bounds the read buffer, and
    /// therefore the memory that a file with one endless line can use.
    /// </summary>
    public int MaxLineBytes { get; init; } = 64 * 1024;

    /// <summary>Minimum size of the read buffer in bytes: about the amount of text per block.</summary>
    internal int BlockBytes { get; init; } = 128 * 1024;
}
