using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>
/// Limits the decode cost (in pixels) and the decode time of all images of one zip file. A limit on the file size is not enough, because an image of 25
/// megapixels can fit into a few kB.
/// </summary>
/// <param name="limits">Settings with the two limits.</param>
/// <param name="images">Number of images in the zip, for the error message.</param>
/// <param name="time">Clock. The decode time is measured from the call of the constructor.</param>
internal sealed class DecodeBudget(DatasetOptions limits, int images, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private int _begun;
    private long _pixels;

    /// <summary>Adds the cost of an image that is about to be decoded, and checks both limits.</summary>
    /// <param name="name">Printable name of the entry, for the error message.</param>
    /// <param name="pixels">Estimated cost of decoding the image, in pixels: <see cref="MnistService.Model.Imaging.DecodeCost.Work"/>.</param>
    /// <exception cref="ProblemException">
    /// 413: the total cost exceeds <see cref="DatasetOptions.MaxPixels"/>. 408: the decode time exceeds <see cref="DatasetOptions.MaxDecodeTime"/>.
    /// </exception>
    internal void Take(string name, long pixels)
    {
        _begun++;
        if ((_pixels += pixels) > limits.MaxPixels)
        {
            throw DatasetProblems.TooLarge.Exception($"Decoding the images costs more than {limits.MaxPixels} pixels ({DatasetOptions.Section}:MaxPixels): "
                + $"the total cost reaches {_pixels} pixels at image {_begun} of {images}, entry {name}. "
                + "A JPEG with several scans costs more than its width × height. Upload fewer or smaller images, or raise the limit.");
        }
        if (time.GetElapsedTime(_started) > limits.MaxDecodeTime)
        {
            throw DatasetProblems.DecodingTooLong.Exception(limits.MaxDecodeTime, _begun - 1, images);
        }
    }
}
