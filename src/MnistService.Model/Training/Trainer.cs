using System.Diagnostics;
using MnistService.Model.Data;
using MnistService.Model.Inference;
using MnistService.Model.Networks;
using MnistService.Model.Runtime;
using MnistService.Model.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>
/// Trains a network: the loop, from the first step to the last. Runs on the calling thread, which should be a dedicated one, and
/// takes a training network of its own that serving never sees.
/// </summary>
public sealed class Trainer
{
    private const int StepsPerReport = 25;

    private readonly TrainingSettings _settings;
    private readonly DeviceChoice _device;

    public Trainer(TrainingSettings settings, DeviceChoice device)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(device);
        (_settings, _device) = (settings, device);
    }

    /// <summary>Called every 25 steps and after each epoch, on the training thread.</summary>
    public Action<TrainingProgress> OnProgress { get; init; } = _ => { };

    /// <summary>Called after each epoch, on the training thread.</summary>
    public Action<EpochResult> OnEpoch { get; init; } = _ => { };

    /// <summary>Trains to the end.</summary>
    /// <param name="training">Pictures to learn from; at least one batch.</param>
    /// <param name="validation">Pictures to measure after each epoch, or null.</param>
    /// <param name="cancellation">Looked at between two steps.</param>
    /// <exception cref="DivergedException">The loss stopped being finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public TrainedNetwork Train(LabelledImages training, LabelledImages? validation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(training);
        using var scope = NewDisposeScope();
        var device = _device.ToTorch();
        var stepsPerEpoch = training.Count / _settings.BatchSize;
        if (stepsPerEpoch == 0)
            throw new ArgumentException($"{training.Count} pictures do not fill a batch of {_settings.BatchSize}.", nameof(training));
        var steps = _settings.Steps ?? _settings.Epochs * stepsPerEpoch;
        var epochs = (steps + stepsPerEpoch - 1) / stepsPerEpoch;

        using var random = new RandomStreams(_settings.Seed);
        using var network = Network.Create(_settings.Network);
        Network.Initialize(network, random.Weights());
        network.to(device);
        using var parameters = new FlatParameters(network, device);
        using var optimizer = new AdamW(parameters, _settings.WeightDecay);
        using var average = new WeightAverage(network, parameters, _settings.WeightAverage);
        var schedule = new LearningRate(_settings, steps);
        var augmentation = _settings is { Mode: TrainingMode.Generator, Augmentation: { } distortions } ? new Augmentation(distortions) : null;

        // The whole set lives on the device as bytes: 47 MB.
        var pictures = tensor(training.Pixels, [training.Count, 1, 28, 28], dtype: ScalarType.Byte, device: device);
        var labels = tensor(training.Labels, dtype: ScalarType.Byte, device: device).to(ScalarType.Int64); // [N]
        var clock = Stopwatch.StartNew();
        var results = new List<EpochResult>(epochs);
        var (step, reported) = (0, TimeSpan.Zero);
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            var started = clock.Elapsed;
            var order = randperm(training.Count, generator: random.Order(epoch)).to(device); // [N]
            var totals = zeros(2, dtype: ScalarType.Float32, device: device);                // summed loss, right answers
            var seen = 0;
            network.train();
            for (var batch = 0; batch < stepsPerEpoch && step < steps; batch++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var stepScope = NewDisposeScope();
                var chosen = order.narrow(0, (long)batch * _settings.BatchSize, _settings.BatchSize); // [B]
                var x = pictures.index_select(0, chosen).to(ScalarType.Float32);                      // [B,1,28,28]
                if (augmentation is not null) x = augmentation.Apply(x, random.Distortions(step));
                var y = labels.index_select(0, chosen);                                              // [B]
                var logits = network.forward(NetworkInput.FromPixels(x, PixelScaling.Unit));         // [B,10]
                var loss = nn.functional.cross_entropy(logits, y, label_smoothing: _settings.LabelSmoothing);
                parameters.Gradients.zero_();
                loss.backward();
                optimizer.Step(++step, schedule.At(step));
                average.Update(step);
                using (no_grad()) totals.add_(stack([loss.detach() * _settings.BatchSize, logits.argmax(1).eq(y).sum().to(ScalarType.Float32)]));
                seen += _settings.BatchSize;
                if (step % StepsPerReport != 0 && batch != stepsPerEpoch - 1 && step != steps) continue;
                if (!float.IsFinite(totals[0].item<float>())) throw new DivergedException(step);
                var window = clock.Elapsed - reported;
                OnProgress(new(epoch, epochs, step, steps, (step % StepsPerReport == 0 ? StepsPerReport : step % StepsPerReport) * _settings.BatchSize / window.TotalSeconds,
                    clock.Elapsed.TotalSeconds / step * (steps - step)));
                reported = clock.Elapsed;
            }
            var measured = validation is null ? null : Validate(average.Export(), (LabelledImages)validation, cancellation);
            var sums = totals.cpu();
            var result = new EpochResult(epoch, sums[0].item<float>() / seen, sums[1].item<float>() / seen,
                measured?.Loss, measured?.Accuracy, schedule.At(step), (clock.Elapsed - started).TotalSeconds);
            results.Add(result);
            OnEpoch(result);
        }
        return new TrainedNetwork(Network.CountParameters(network), average.Export(), results, clock.Elapsed.TotalSeconds);
    }

    private Evaluation Validate(StateDict state, LabelledImages validation, CancellationToken cancellation)
    {
        using var classifier = new TorchDigitClassifier("validation", _settings.Network, state, PixelScaling.Unit, _device);
        return Evaluation.Measure(classifier, validation, cancellation);
    }
}
