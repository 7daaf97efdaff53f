using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// An object of a user interface is used on a thread that is certainly not its own. Source: .NET documentation, How to make thread-safe calls to controls; WPF threading model.
/// </summary>
public sealed class ThreadAffinityBroken() : ProgramRule(Descriptor, Defect.ThreadAffinity)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3016", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "A control should be used on the thread that made it",
        message: "'{0}' is used {8}, and only the user interface's own thread may use it: invoke it there",
        why: "Controls are not thread-safe and belong to the thread that made them. Used on another one, they throw at once or show wrong things later, depending on the toolkit.");
}
