using System.Runtime.InteropServices;

namespace MnistService.Model.Tests.Native;

public sealed partial class LibTorchLoadingTests
{
    private const int ResolveAllNow = 2 /* RTLD_NOW */;

    [Fact]
    public void The_native_library_loads_with_every_symbol_bound_at_once()
    {
        // RTLD_NOW resolves every symbol of the library at load time, so a missing symbol cannot remain undetected until its first call.
        foreach (var name in new[] { "libc10.so", "libtorch_cpu.so", "libLibTorchSharp.so" })
        {
            var path = Path.Combine(AppContext.BaseDirectory, name);
            Assert.True(File.Exists(path), $"{path} is not in the output folder.");
            Assert.True(dlopen(path, ResolveAllNow) != 0, Marshal.PtrToStringUTF8(dlerror()));
        }
    }

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int flags);

    [LibraryImport("libc.so.6")]
    private static partial nint dlerror();
}
