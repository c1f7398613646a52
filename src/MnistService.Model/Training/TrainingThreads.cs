using static TorchSharp.torch;

namespace MnistService.Model.Training;

/// <summary>Lets libtorch compute with several threads on the calling thread, until disposed; everywhere else it uses one.</summary>
public sealed class TrainingThreads : IDisposable
{
    public TrainingThreads(int count) => set_num_threads(count);

    public void Dispose() => set_num_threads(1);
}
