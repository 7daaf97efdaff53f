using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using ThreadingAnalyzers.Concurrency.Verdicts;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>
/// An object is stored where other threads find it, and filled afterwards. Source: Bacon et al., The "Double-Checked Locking is Broken" Declaration.
/// </summary>
public sealed class PublishedBeforeInitialized() : ProgramRule(Descriptor, Defect.PublishedEarly)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR3008", since: "1.0", Category.SharedState, DiagnosticSeverity.Warning,
        title: "What threads share should be complete before it is published",
        message: "'{0}' is set here, where other threads look, before all that it stands for is in place at {4}: finish that first and set '{0}' last",
        why: "Once a field names an object, or a flag says that it is ready, another thread uses it at once. What is filled in afterwards that thread sees half done or not at all.");
}
