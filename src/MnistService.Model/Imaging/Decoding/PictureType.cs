namespace MnistService.Model.Imaging.Decoding;

internal enum PictureType
{
    Png,
    Jpeg,
}
