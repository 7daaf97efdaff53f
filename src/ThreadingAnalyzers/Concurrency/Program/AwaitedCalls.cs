using System.Globalization;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Program;

/// <summary>
/// The calls beside whose async part nothing of the body runs: the body waits for them at once, or leaves that to its caller.
/// </summary>
internal sealed class AwaitedCalls
{
    private readonly HashSet<string> results = new(StringComparer.Ordinal);

    public AwaitedCalls(BodyFacts body)
    {
        if (body.Returned is { IsRoot: true, Root: Root.Result } returned)
            results.Add(returned.Name);
        for (var i = 1; i < body.Events.Length; i++)
            if (body.Events[i] is Wait { Timed: false, Handle: { IsRoot: true, Root: Root.Result } handle } && body.Events[i - 1] is Call call && handle.Name == Name(call))
                results.Add(handle.Name);
    }

    /// <summary>Whether the call is one of them.</summary>
    public bool Contains(Call call) => results.Contains(Name(call));

    private static string Name(Call call) => call.Number.ToString(CultureInfo.InvariantCulture);
}
