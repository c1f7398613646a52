using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>Loads libtorch into the process, once, with the settings that must be made before its first use.</summary>
public static partial class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static long _emptied; // wrappers whose tensor became a parameter
    private static bool _prepared;
    private static volatile bool _loaded;

    /// <summary>Loads libtorch. Later calls do nothing. Takes some tenths of a second the first time.</summary>
    /// <param name="externalDirectory">
    /// A folder with <c>libtorch.so</c> and its companions (the <c>lib</c> folder of a Python torch) for builds with
    /// <c>TorchBackend=external</c>; null when libtorch came with the build.
    /// </param>
    /// <exception cref="DllNotFoundException">A library is missing or does not load.</exception>
    public static void Load(string? externalDirectory = null)
    {
        lock (Gate)
        {
            if (_loaded) return;
            PrepareProcess();
            if (externalDirectory is not null) LoadExternal(externalDirectory);
            try
            {
                torch.InitializeDeviceType(DeviceType.CPU);
            }
            catch (TypeInitializationException e) when (e.InnerException is NotSupportedException missing)
            {
                // Its text is a page: every folder that TorchSharp looked in. The first line names the libtorch that it wants.
                throw new DllNotFoundException(missing.Message.Split('\n')[0].Trim(), e);
            }
            // Serving has a thread a worker, training one a replica: within each, libtorch computes with that one.
            torch.set_num_threads(1);
            _loaded = true;
        }
    }

    /// <summary>
    /// The allocator's and the environment's settings that libtorch finds when it is loaded. Early, before other threads run: native libraries read
    /// the environment while they work, and an allocator has made its arenas by then. Later calls do nothing.
    /// </summary>
    public static void PrepareProcess()
    {
        lock (Gate)
        {
            if (_prepared) return;
            _prepared = true;
            MallocTuning.Prepare();
            // Threads of an OpenMP team would spin for work between two batches and keep the cores busy while idle.
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            // oneDNN keeps one compiled kernel a shape; the default of 1024 grows for ever under changing batch sizes.
            _ = setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64", overwrite: 0);
            // On Intel's processors MKL adds up in another order where memory lies at another address: a resumed job would end with other weights
            // than one that never stopped.
            _ = setenv("MKL_CBWR", "AUTO,STRICT", overwrite: 0);
        }
    }

    /// <summary>
    /// Tensors that are alive; 0 before libtorch was loaded, which this does not do. TorchSharp's count is one too high for each parameter that a module ever
    /// had, because making one takes the tensor out of its wrapper, which is never uncounted: those are subtracted.
    /// </summary>
    public static long LiveTensors => _loaded ? torch.Tensor.TotalCount - Interlocked.Read(ref _emptied) : 0;

    /// <summary>So many parameters were made: see <see cref="LiveTensors"/>.</summary>
    internal static void CountParametersMade(int parameters) => Interlocked.Add(ref _emptied, parameters);

    /// <summary>The version of libtorch that TorchSharp was built for. Written down here, because asking TorchSharp would load it.</summary>
    public const string Version = "2.10.0.0";

    private static void LoadExternal(string directory)
    {
        // By absolute path and in the order of their dependencies; TorchSharp then finds them already loaded by name.
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path)) NativeLibrary.Load(path);
            else if (!name.Contains("cuda", StringComparison.Ordinal)) throw new DllNotFoundException($"{path} does not exist.");
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
