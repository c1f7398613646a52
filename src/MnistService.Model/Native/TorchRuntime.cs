using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistService.Model.Native;

/// <summary>Loads libtorch into the process once, and applies the settings that must be made before its first use.</summary>
public static partial class TorchRuntime
{
    private static readonly Lock Gate = new();
    private static long _emptied; // tensor wrappers that TorchSharp still counts although their tensor became a parameter
    private static bool _prepared;
    private static volatile bool _loaded;

    /// <summary>Loads libtorch. The first call takes a few tenths of a second; later calls do nothing. Thread-safe.</summary>
    /// <param name="externalDirectory">
    /// Folder with <c>libtorch.so</c> and its dependencies (e.g. the <c>lib</c> folder of the Python package torch), for builds with
    /// <c>TorchBackend=external</c>; <c>null</c> if libtorch is part of the build.
    /// </param>
    /// <exception cref="DllNotFoundException">A native library is missing or cannot be loaded.</exception>
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
                // The message lists every folder that TorchSharp searched. Only its first line is kept, which names the libtorch version that TorchSharp needs.
                throw new DllNotFoundException(missing.Message.Split('\n')[0].Trim(), e);
            }
            // libtorch must not start more threads: serving already uses one thread per worker, and training uses one thread per replica.
            torch.set_num_threads(1);
            _loaded = true;
        }
    }

    /// <summary>
    /// Sets the options of the memory allocator, and the environment variables that libtorch reads when it is loaded. Call this before the process starts
    /// threads: native libraries may read the environment at any time, and the allocator creates its arenas when threads start. Later calls do nothing.
    /// </summary>
    public static void PrepareProcess()
    {
        lock (Gate)
        {
            if (_prepared) return;
            _prepared = true;
            MallocTuning.Prepare();
            // By default, OpenMP threads spin between two batches and keep the cores busy without work.
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
            // oneDNN caches one compiled kernel per shape. With changing batch sizes the default of 1,024 entries lets memory grow for a long time.
            _ = setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64", overwrite: 0);
            // By default, MKL's summation order on Intel processors depends on the memory alignment of the data. A resumed job would then end with other
            // weights than an uninterrupted job.
            _ = setenv("MKL_CBWR", "AUTO,STRICT", overwrite: 0);
        }
    }

    /// <summary>
    /// Number of live tensors; 0 before libtorch is loaded. Reading this property does not load libtorch. TorchSharp counts wrapper objects. A new parameter
    /// takes over the tensor of a wrapper, but TorchSharp still counts the empty wrapper. This property subtracts the empty wrappers.
    /// </summary>
    public static long LiveTensors => _loaded ? torch.Tensor.TotalCount - Interlocked.Read(ref _emptied) : 0;

    /// <summary>
    /// Records that a module with this number of parameters was created. Call this once per module. <see cref="LiveTensors"/> then does not count the wrapper
    /// object that each new parameter leaves without a tensor.
    /// </summary>
    internal static void CountParametersMade(int parameters) => Interlocked.Add(ref _emptied, parameters);

    /// <summary>
    /// The libtorch version that TorchSharp was built for. The version is a constant, because reading it from TorchSharp would load libtorch.
    /// </summary>
    public const string Version = "2.10.0.0";

    private static void LoadExternal(string directory)
    {
        // Load the libraries by absolute path in dependency order. TorchSharp then finds them by name, because they are already loaded.
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so" })
        {
            var path = Path.Combine(directory, name);
            if (File.Exists(path)) NativeLibrary.Load(path);
            else if (!name.Contains("cuda", StringComparison.Ordinal)) throw new DllNotFoundException($"The library {path} does not exist.");
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
