using System.Globalization;
using System.Text;
using MnistService.Benchmarks.Load;

namespace MnistService.Benchmarks;

/// <summary>A benchmark result as Markdown: command, machine and date, then the figures. It is printed and written to a file.</summary>
/// <param name="name">Benchmark name; part of the file name after the date, for example <c>load</c>.</param>
/// <param name="isKept"><c>true</c> writes to <c>results/</c>; <c>false</c>, for runs too short to be meaningful, writes to the temporary folder.</param>
internal sealed class ResultPage(string name, Machine machine, bool isKept)
{
    private readonly DateTime _date = DateTime.Now;
    private readonly StringBuilder _text = new();

    /// <summary>Adds the head of the page: title, date, command and machine.</summary>
    /// <param name="title">Display title, for example "Under load".</param>
    /// <param name="command">The arguments after <c>dotnet run … --</c>.</param>
    internal void Begin(string title, string command)
    {
        Line($"# {title}, {_date:yyyy-MM-dd}, {machine.Cores} cores\n");
        Line($"`dotnet run -c Release --project tests/MnistService.Benchmarks -- {command}` on {machine.Cores} cores of {machine.Processor},");
        Line($"{machine.System}, {machine.Runtime}; load average before: {machine.Load}.");
    }

    internal void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    internal async Task SaveAsync()
    {
        var folder = isKept ? Path.Combine(Repository.Root, "tests", "MnistService.Benchmarks", "results") : Path.GetTempPath();
        var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{_date:yyyy-MM-dd}-{name}-{machine.Cores}-cores.md"));
        await File.WriteAllTextAsync(file, _text.ToString());
        Console.WriteLine(_text);
        await Console.Error.WriteLineAsync(file);
    }
}
