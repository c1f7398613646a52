using MnistService.Http;

namespace MnistService.Datasets;

/// <summary>The work that one zip may cause: pixels that are decoded, and time. A few kB can hold an image of 16 megapixels, so bytes do not bound it.</summary>
/// <param name="limits">The bounds.</param>
/// <param name="images">Images of the zip, for the message.</param>
/// <param name="time">Measures from here on.</param>
internal sealed class DecodeBudget(DatasetOptions limits, int images, TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();
    private int _begun;
    private long _pixels;

    /// <summary>Counts an image that is about to be decoded.</summary>
    /// <param name="name">As it can be shown.</param>
    /// <param name="pixels">Width × height, as the decoder will read them.</param>
    /// <exception cref="ProblemException">413: it is one too many. 408: there is no time left.</exception>
    internal void Take(string name, long pixels)
    {
        _begun++;
        if ((_pixels += pixels) > limits.MaxPixels)
        {
            throw DatasetUpload.TooLarge($"The images have more than {limits.MaxPixels} pixels together ({DatasetOptions.Section}:MaxPixels); "
                + $"entry {name}, the {_begun}. of {images}, reaches {_pixels}.");
        }
        if (time.GetElapsedTime(_started) > limits.MaxDecodeTime)
        {
            throw new ProblemException(408, "dataset_timeout", "The data set takes too long to read",
                $"The images took more than {limits.MaxDecodeTime} to decode ({DatasetOptions.Section}:MaxDecodeTime); {_begun - 1} of {images} were read.");
        }
    }
}
