using MnistService.Inference;
using MnistService.Model.Imaging;
using MnistService.Model.Reading;
using MnistService.Predict.Decoding;

namespace MnistService.Predict;

/// <summary>
/// Reads images with an uncertain result (<see cref="ClassifiedMarks.IsDoubtful(bool)"/>) a second time, with several interpretations of their ink
/// (<see cref="InterpretationKind"/>). <see cref="InterpretationChoice"/> then selects the result. The result of the first reading is kept if the service is
/// busy, the second reading fails, the model has no digit score, or no interpretation is selected.
/// </summary>
internal sealed class SecondReader(DecodePool decoding, ImageClassifier classifier, InferenceMetrics metrics)
{
    /// <param name="images">
    /// The images of a request. Each image for which an interpretation is selected is replaced by the result of its second reading.
    /// </param>
    /// <param name="options">Options for decoding, the same as for the first reading.</param>
    internal async ValueTask ReadAsync(List<ClassifiedImage> images, ImageOptions options, CancellationToken aborted)
    {
        // Fast path: no image was kept for a second reading, for example because all images are 28×28 images in MNIST's format.
        if (!images.Exists(image => image.Upload.File is not null)) return;
        var doubtful = new List<int>();
        foreach (var (index, image) in images.Index())
        {
            if (image.Upload.File is not { } file) continue;
            if (image.IsDoubtful(options.SeparateTouching)) doubtful.Add(index);
            else file.Dispose(); // releases the memory of the file before other images are read a second time
        }
        foreach (var index in doubtful)
        {
            var (chosen, isBusy) = await ReadAsync(images[index], images[index].Upload.File!, options, aborted);
            if (isBusy) return;
            images[index] = chosen ?? images[index];
        }
    }

    /// <returns>
    /// <c>Chosen</c>: the selected interpretation; null if the result of the first reading is kept. <c>IsBusy</c>: whether the service is busy or the inference
    /// failed. The remaining images are then not read a second time.
    /// </returns>
    private async ValueTask<(ClassifiedImage? Chosen, bool IsBusy)> ReadAsync(ClassifiedImage first, KeptFile file, ImageOptions options, CancellationToken aborted)
    {
        try
        {
            if (await DecodeAsync(first.Upload.Name, file.Bytes, options, aborted) is not { } decoded) return (null, IsBusy: true);
            if (decoded.Interpretations is not { Count: > 0 } found) return (null, false);
            metrics.Decoded(decoded.DecodeTime);
            var time = first.Upload.DecodeTime + decoded.DecodeTime;
            List<UploadedImage> uploads = [.. found.Select(each => new UploadedImage(first.Upload.Name, each.Marks, null, time))];
            var (images, refusal) = await classifier.ClassifyAsync(uploads, aborted);
            if (refusal is not null) return (null, IsBusy: true);
            if (images.Exists(image => !image.Marks.HasScore)) return (null, false);
            var choice = InterpretationChoice.Choose(first.Result is null ? null : first.Marks, [.. found.Zip(images, (each, image) => (each.Kind, image.Marks))], options.SeparateTouching);
            return choice is var (index, probability) ? (images[index] with { First = first, Probability = probability }, false) : (null, false);
        }
        catch (ImageException)
        {
            return (null, false); // the first reading is kept, because the second decoding rejected the image
        }
        catch (Exception e) when (e is DeadlinePassedException or InferenceFailedException or ServiceUnavailableException)
        {
            return (null, IsBusy: true); // the request does not fail, because the first reading is complete
        }
    }

    /// <returns>
    /// The decoded image, with all ways to separate its digit from the paper (<see cref="PageInterpretation"/>); null if the decode threads are busy.
    /// </returns>
    private ValueTask<UploadedImage?> DecodeAsync(string name, ReadOnlyMemory<byte> file, ImageOptions options, CancellationToken aborted)
    {
        if (DecodePool.CostOf(file.Span, options) is { } cost) return decoding.TryDecodeAgainAsync(name, file, cost, options, aborted);
        return ValueTask.FromResult(decoding.HasTime ? UploadedImage.DecodeAgain(name, file.Span, options) : null);
    }
}
