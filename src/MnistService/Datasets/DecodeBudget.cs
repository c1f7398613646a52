using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>
/// Limits the decoded pixels and the decode time of one zip file. A limit on the file size is not enough, because an image of 25 megapixels can fit into a few
/// kB.
/// </summary>
/// <param name="limits">Limits from the settings.</param>
/// <param name="images">Number of images in the zip, for the error message.</param>
/// <param name="time">Clock; the time limit starts with the constructor.</param>
internal sealed class DecodeBudget(DatasetOptions limits, int images, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private int _begun;
    private long _pixels;

    /// <summary>Counts an image that is about to be decoded.</summary>
    /// <param name="name">Printable name of the entry, for the error message.</param>
    /// <param name="pixels">Decoded pixels: <see cref="MnistService.Model.Imaging.DecodeCost.Work"/>.</param>
    /// <exception cref="ProblemException">413: the pixel limit is exceeded. 408: the time limit is exceeded.</exception>
    internal void Take(string name, long pixels)
    {
        _begun++;
        if ((_pixels += pixels) > limits.MaxPixels)
        {
            throw DatasetProblems.TooLarge.Exception($"The images have more than {limits.MaxPixels} pixels in total ({DatasetOptions.Section}:MaxPixels); "
                + $"with entry {name} ({_begun} of {images}) the total is {_pixels}. Upload fewer or smaller images.");
        }
        if (time.GetElapsedTime(_started) > limits.MaxDecodeTime)
        {
            throw DatasetProblems.DecodingTooLong.Exception(limits.MaxDecodeTime, _begun - 1, images);
        }
    }
}
