using System.Diagnostics;
using MnistService.Model.Data;
using MnistService.Model.Networks;
using MnistService.Model.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>All that a run carries from step to step: the network being trained and what goes with it. Owned by the training thread.</summary>
internal sealed class TrainingRun : IDisposable
{
    private const string NetworkPrefix = "network.", AveragePrefix = "average.", Sums = "epoch.sums";

    private readonly TrainingSettings _settings;
    private readonly nn.Module<Tensor, Tensor> _network;
    private readonly FlatParameters _parameters;
    private readonly AdamW _optimizer;
    private readonly WeightAverage _average;
    private readonly LearningRate _schedule;
    private readonly RandomStreams _random;
    private readonly Augmentation? _augmentation;
    private readonly Tensor _pictures; // [N,1,28,28] uint8 on the device: the whole set, 47 MB
    private readonly Tensor _labels;   // [N] int64
    private readonly Tensor _sums;     // [2] of this epoch: loss, right answers
    private readonly Device _device;
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan _before; // time of the run before it was taken up here
    private Tensor? _order;   // [N] of this epoch

    internal TrainingRun(TrainingSettings settings, LabelledImages training, Device device, int steps)
    {
        (_settings, _device) = (settings, device);
        _random = new RandomStreams(settings.Seed);
        _network = Network.Create(settings.Network);
        Network.Initialize(_network, _random.Weights());
        _network.to(device);
        _parameters = new FlatParameters(_network, device);
        _optimizer = new AdamW(_parameters, settings.WeightDecay);
        _average = new WeightAverage(_network, _parameters, settings.WeightAverage);
        _schedule = new LearningRate(settings, steps);
        _augmentation = settings is { Mode: TrainingMode.Generator, Augmentation: { } distortions } ? new Augmentation(distortions) : null;
        _pictures = tensor(training.Pixels, [training.Count, 1, 28, 28], dtype: ScalarType.Byte, device: device);
        _labels = tensor(training.Labels, dtype: ScalarType.Byte, device: device).to(ScalarType.Int64);
        _sums = zeros(2, dtype: ScalarType.Float32, device: device);
        _network.train();
    }

    /// <summary>Batches done.</summary>
    internal int Step { get; private set; }

    /// <summary>The passes that are finished.</summary>
    internal List<EpochResult> Epochs { get; } = [];

    /// <summary>Time of the run, also of what came before an interruption.</summary>
    internal TimeSpan Elapsed => _before + Stopwatch.GetElapsedTime(_started);

    /// <summary>When the unfinished pass began, on the same clock.</summary>
    internal TimeSpan EpochStarted { get; private set; }

    internal double LearningRate => _schedule.At(Step);

    internal long ParameterCount => Network.CountParameters(_network);

    /// <summary>Chooses the order of a pass.</summary>
    /// <param name="epoch">From 1.</param>
    /// <param name="isTakenUp">The pass goes on where a checkpoint left it.</param>
    internal void BeginEpoch(int epoch, bool isTakenUp)
    {
        _order?.Dispose();
        _order = randperm(_labels.shape[0], generator: _random.Order(epoch)).to(_device);
        _order.DetachFromDisposeScope();
        if (isTakenUp) return;
        EpochStarted = Elapsed;
        using (no_grad()) _sums.zero_();
    }

    /// <summary>Learns from one batch.</summary>
    /// <param name="batch">Which of the pass's order, from 0.</param>
    internal void Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var chosen = _order!.narrow(0, (long)batch * _settings.BatchSize, _settings.BatchSize); // [B]
        var x = _pictures.index_select(0, chosen).to(ScalarType.Float32);                      // [B,1,28,28]
        if (_augmentation is not null) x = _augmentation.Apply(x, _random.Distortions(Step));
        var y = _labels.index_select(0, chosen);                                              // [B]
        var logits = _network.forward(NetworkInput.FromPixels(x, PixelScaling.Unit));         // [B,10]
        var loss = nn.functional.cross_entropy(logits, y, label_smoothing: _settings.LabelSmoothing);
        _parameters.Gradients.zero_();
        loss.backward();
        _optimizer.Step(++Step, _schedule.At(Step));
        _average.Update(Step);
        using (no_grad()) _sums.add_(stack([loss.detach() * _settings.BatchSize, logits.argmax(1).eq(y).sum().to(ScalarType.Float32)]));
    }

    /// <returns>Of this pass so far: the summed loss, and the right answers.</returns>
    internal (float Loss, float Right) ReadSums()
    {
        using var scope = NewDisposeScope();
        var sums = _sums.cpu();
        return (sums[0].item<float>(), sums[1].item<float>());
    }

    /// <summary>The averaged weights.</summary>
    internal StateDict Export() => _average.Export();

    internal Checkpoint Save()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = new StateDict([
            .. Network.Export(_network).Tensors.Select(t => t with { Name = NetworkPrefix + t.Name }),
            .. _average.Save().Select(t => t with { Name = AveragePrefix + t.Name }),
            .. _optimizer.Save(),
            StateTensor.From(Sums, _sums),
        ]);
        return new(Step, [.. Epochs], Elapsed.TotalSeconds, (Elapsed - EpochStarted).TotalSeconds, state);
    }

    /// <exception cref="ModelFormatException">The checkpoint is of another network.</exception>
    internal void Load(Checkpoint checkpoint)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var state = checkpoint.State;
        Network.Import(_network, Under(NetworkPrefix, state));
        _average.Load(Under(AveragePrefix, state));
        _optimizer.Load(state);
        state.Require(Sums, _sums.shape, StateType.F32);
        _sums.copy_(state[Sums].ToTorch());
        (Step, _before) = (checkpoint.Step, TimeSpan.FromSeconds(checkpoint.Seconds));
        EpochStarted = Elapsed - TimeSpan.FromSeconds(checkpoint.EpochSeconds);
        Epochs.AddRange(checkpoint.Epochs);
    }

    private static StateDict Under(string prefix, StateDict state) =>
        new(state.Tensors.Where(t => t.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(t => t with { Name = t.Name[prefix.Length..] }));

    public void Dispose()
    {
        foreach (var part in new IDisposable?[] { _order, _sums, _labels, _pictures, _average, _optimizer, _parameters, _network, _random }) part?.Dispose();
    }
}
