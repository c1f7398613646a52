using System.Diagnostics;

namespace MnistService.Tests.TrainingJobs;

/// <summary>Counts the SELECT statements that EF Core executes in this process after the counter was created.</summary>
internal sealed class QueryCounter : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Source = "Microsoft.EntityFrameworkCore", Executed = "Microsoft.EntityFrameworkCore.Database.Command.CommandExecuted";

    private readonly List<IDisposable> _subscriptions = [];
    private int _count;

    internal QueryCounter() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    internal int Count => Volatile.Read(ref _count);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == Source) _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key == Executed && $"{value.Value}".Contains("SELECT", StringComparison.Ordinal)) Interlocked.Increment(ref _count);
    }

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }
}
