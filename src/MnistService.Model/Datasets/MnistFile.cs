namespace MnistService.Model.Datasets;

/// <summary>One of MNIST's four files as published.</summary>
/// <param name="Name">File name.</param>
/// <param name="Bytes">Length of the gzip file.</param>
/// <param name="Md5">Checksum of the gzip file, hexadecimal; as published, against accidents rather than attackers.</param>
public sealed record MnistFile(string Name, long Bytes, string Md5);
