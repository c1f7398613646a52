namespace MnistService.Model.Datasets;

/// <summary>Published properties of one of MNIST's four files.</summary>
/// <param name="Name">File name, without a folder.</param>
/// <param name="Bytes">Length of the gzip file in bytes.</param>
/// <param name="Md5">Published MD5 of the gzip file, lower-case hexadecimal. It detects accidental damage, not tampering.</param>
public sealed record MnistFile(string Name, long Bytes, string Md5);
