using MnistService.Inference;
using MnistService.Model.Architectures;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;
using MnistService.Predict.Decoding;

namespace MnistService.Predict;

/// <summary>
/// Reads doubtful images a second time, in several ways, and chooses the result that is a digit. If the service is busy, the first reading stands: a second one
/// takes about three times as long.
/// </summary>
internal sealed class SecondReader(DecodePool decoding, ImageClassifier classifier, InferenceMetrics metrics)
{
    /// <param name="images">The images of a request; doubtful ones are replaced.</param>
    /// <param name="picture">The options of the first reading.</param>
    internal async ValueTask ReadAsync(List<ClassifiedImage> images, ImageOptions picture, CancellationToken aborted)
    {
        for (var i = 0; i < images.Count; i++)
        {
            if (images[i] is { Upload.File: { } file } image && image.IsDoubtful(picture.SeparateTouching) && await ReadAsync(image, file, picture, aborted) is { } again) images[i] = again;
        }
    }

    /// <returns>The chosen interpretation; null if the first reading stands.</returns>
    private async ValueTask<ClassifiedImage?> ReadAsync(ClassifiedImage first, KeptFile file, ImageOptions picture, CancellationToken aborted)
    {
        var all = picture.SeparateTouching;
        if (await DecodeAsync(first.Upload.Name, file.Bytes, picture, aborted) is not { Interpretations: { Count: > 0 } found } decoded) return null;
        metrics.Decoded(decoded.DecodeTime);
        var time = first.Upload.DecodeTime + decoded.DecodeTime;
        List<UploadedImage> uploads = [.. found.Select(each => new UploadedImage(first.Upload.Name, each.Marks, null, time))];
        var (images, refusal) = await classifier.ClassifyAsync(uploads, aborted);
        if (refusal is not null || images.Exists(image => !image.Marks.HasScore)) return null;
        if (InterpretationChoice.Choose([.. found.Zip(images, (each, image) => (each.Kind, image.Marks))], all) is not var (index, probability)) return null;
        // The first reading of all digits also separates digits that touch.
        if (all) return found[index].Kind == InterpretationKind.Usual ? null : images[index];
        return first.Result is not null || probability >= DigitScore.Threshold ? images[index] with { First = first, Probability = probability } : null;
    }

    private async ValueTask<UploadedImage?> DecodeAsync(string name, ReadOnlyMemory<byte> file, ImageOptions picture, CancellationToken aborted)
    {
        try
        {
            if (DecodePool.CostOf(file.Span, picture) is not { } cost) return UploadedImage.DecodeAgain(name, file.Span, picture);
            return decoding.TryDecodeAgain(name, file, cost, picture, aborted) is { } decoded ? await decoded : null;
        }
        catch (DeadlinePassedException)
        {
            return null;
        }
    }
}
