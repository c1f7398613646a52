namespace MnistService.Model.Datasets;

/// <summary>Bounds of what is read.</summary>
public sealed record KaggleCsvOptions
{
    /// <summary>Rows of pictures.</summary>
    public long MaxRows { get; init; } = 1_000_000;

    /// <summary>
    /// Bytes in a line. 785 quoted cells of three digits need 4,710; the rest is room for spaces. It bounds the buffer, and so
    /// the memory that a file of one endless line can take.
    /// </summary>
    public int MaxLineBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of text that are read before their rows are parsed.</summary>
    internal int BlockBytes { get; init; } = 128 * 1024;
}
