namespace ThreadingAnalyzers.Concurrency.Verdicts;

/// <summary>What a weak table keeps for a key: a value that any thread may replace by a newer one, and none waits for.</summary>
internal sealed class Slot<T>
    where T : class
{
    private T? value;

    /// <summary>The newest value, or null before the first.</summary>
    public T? Value
    {
        get => Volatile.Read(ref value);
        set => Volatile.Write(ref this.value, value);
    }
}
