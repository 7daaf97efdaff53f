using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Concurrency.Domain;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers;

/// <summary>
/// How a finding of the engine is told: a message that names both threads and both places, since an error list shows nothing
/// else, and further locations in a fixed order: the other use, then where the two threads were started.
/// </summary>
internal sealed class Story(ProgramModel program, Finding finding)
{
    /// <summary>The property that carries the name of the lock which guards the memory elsewhere.</summary>
    public const string GuardProperty = "guard";

    /// <summary>How sure a finding must be to be said here.</summary>
    public static Confidence Asked(AnalyzerConfigOptions options) =>
        options.TryGetValue("threading_analyzers.confidence", out var value) && Enum.TryParse<Confidence>(value == "all" ? nameof(Confidence.Low) : value, ignoreCase: true, out var asked)
            ? asked
            : Confidence.High;

    /// <summary>
    /// The diagnostic. Its message may use {0} the memory, {1} who uses it here, {2} what that does, {3} who else uses it,
    /// {4} what that does, {5} where, {6} the lock that guards it elsewhere.
    /// </summary>
    public Diagnostic Tell(DiagnosticDescriptor descriptor)
    {
        var further = new[] { finding.Other.Site }
            .Concat(new[] { finding.PrimaryThread, finding.OtherThread }.OfType<Spawned>().Select(thread => thread.Site))
            .Distinct().Select(program.Locate).Where(location => location != Location.None);
        var properties = finding.Guard is { } guard ? ImmutableDictionary<string, string?>.Empty.Add(GuardProperty, guard.ToString()) : ImmutableDictionary<string, string?>.Empty;
        return Diagnostic.Create(descriptor, program.Locate(finding.Primary.Site), further, properties,
            Name(), Who(finding.PrimaryThread), Verb(finding.Primary), Other(), Verb(finding.Other), Place(finding.Other.Site), finding.Guard?.ToString() ?? "a lock");
    }

    /// <summary>The memory as the user knows it: by its path, or as it is written where the path begins at an object without a name.</summary>
    private string Name() => finding.Memory.Root is Flow.Root.This or Flow.Root.Static or Flow.Root.Local
        ? finding.Memory.ToString()
        : program.Locate(finding.Primary.Site) is { SourceTree: { } tree, SourceSpan: var span } ? tree.GetText().ToString(span).Split('.', '(')[0] : finding.Memory.ToString();

    private string Other() => finding.OtherThread is { } other && ReferenceEquals(other, finding.PrimaryThread) ? "another one of them" : Who(finding.OtherThread);

    private string Who(Spawned? thread) => thread is null ? "other code" : $"{Means(thread.Kind)} started at {Place(thread.Site)} ('{thread.Target}')";

    private string Place(Site site) => program.Locate(site) is { IsInSource: true } location
        ? $"{System.IO.Path.GetFileName(site.Text.Path)}:{(location.GetLineSpan().StartLinePosition.Line + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)}"
        : "another file";

    private static string Means(SpawnKind kind) => kind switch
    {
        SpawnKind.Thread => "the thread",
        SpawnKind.Task => "the task",
        SpawnKind.Pool => "the work item",
        SpawnKind.Parallel => "the parallel loop",
        SpawnKind.Timer => "the timer",
        SpawnKind.Continuation => "the continuation",
        SpawnKind.Worker => "the worker",
        _ => "the call",
    };

    private static string Verb(Access access) => access switch
    {
        _ when access.Has(AccessKind.Service) => "used",
        _ when access.Has(AccessKind.Content) => access.IsWrite ? "changed" : access.Has(AccessKind.Enumeration) ? "enumerated" : "read",
        _ when access.Has(AccessKind.Update) => "updated",
        _ when access.IsWrite => "written",
        _ => "read",
    };
}
