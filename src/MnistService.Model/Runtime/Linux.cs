using System.Runtime.InteropServices;

namespace MnistService.Model.Runtime;

/// <summary>What Linux offers and .NET does not.</summary>
public static partial class Linux
{
    private const int ReadOnly = 0, OwnThread = 0, PriorityOfProcess = 0;

    /// <summary>Writes a folder's entries to the disk: a rename is only then there after the power went. What cannot be flushed is left to the kernel.</summary>
    public static void FlushDirectory(string path)
    {
        var folder = open(path, ReadOnly);
        if (folder < 0) return;
        _ = fsync(folder);
        _ = close(folder);
    }

    /// <summary>
    /// Lets the calling thread run when others do not want to: .NET's <see cref="ThreadPriority"/> does nothing on Linux, where each thread has a
    /// nice value of its own. Threads that it starts from here on inherit it.
    /// </summary>
    /// <param name="nice">0 = as any other, 19 = last.</param>
    /// <returns>False when the kernel refused.</returns>
    public static bool LowerPriority(int nice) => setpriority(PriorityOfProcess, OwnThread, nice) == 0;

    /// <summary>The calling thread's nice value.</summary>
    internal static int Priority => getpriority(PriorityOfProcess, OwnThread);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc.so.6")]
    private static partial int fsync(int file);

    [LibraryImport("libc.so.6")]
    private static partial int close(int file);

    [LibraryImport("libc.so.6")]
    private static partial int setpriority(int which, int who, int nice);

    [LibraryImport("libc.so.6")]
    private static partial int getpriority(int which, int who);
}
