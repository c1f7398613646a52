namespace MnistService.Model.Imaging.Decoding;

internal enum ImageType
{
    Png,
    Jpeg,
}
